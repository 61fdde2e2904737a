import { z } from 'zod';
/** The JSON Schema of a zod schema, for display; `null` for any other kind, or when it has none. */
export function jsonSchemaOf(schema) {
    // A definition module may bring its own zod; what marks a schema of this generation is `_zod`.
    if (typeof schema !== 'object' || schema === null || !('_zod' in schema))
        return null;
    try {
        return z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' });
    }
    catch {
        return null;
    }
}
//# sourceMappingURL=json-schema.js.map