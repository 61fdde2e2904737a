import { declarationFlaws } from './declared-schedule.js';
export const DEFAULT_MEMORY_LIMIT_MB = 512;
export const DEFINITION_KEY = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,254}$/;
const MAX_INT = 2_147_483_647;
/** Names a definition in messages and maps: `key@version`. */
export function refOf(definition) {
    return `${definition.key}@${definition.version}`;
}
/** Every reason why a definition cannot be registered, one sentence each; empty when it can. */
export function definitionFlaws(definition) {
    const flaws = [];
    const { key, version, defaultMaxAttempts = 3, timeoutSeconds = 3600, concurrencyLimit = 0 } = definition;
    if (typeof key !== 'string' || !DEFINITION_KEY.test(key)) {
        flaws.push('key must be 1–255 characters: letters, digits and ._:- , beginning with a letter or digit');
    }
    if (!isIntegerIn(version, 1, MAX_INT))
        flaws.push('version must be an integer from 1');
    if (!isIntegerIn(defaultMaxAttempts, 1, 1_000))
        flaws.push('defaultMaxAttempts must be an integer, 1–1000');
    if (typeof timeoutSeconds !== 'number' || !(timeoutSeconds > 0 && timeoutSeconds <= 604_800)) {
        flaws.push('timeoutSeconds must be more than 0 and at most 604800');
    }
    if (!isIntegerIn(concurrencyLimit, 0, MAX_INT))
        flaws.push('concurrencyLimit must be an integer from 0 (unlimited)');
    const { isolation, memoryLimitMb = DEFAULT_MEMORY_LIMIT_MB } = definition;
    if (isolation !== undefined && isolation !== 'inline' && isolation !== 'process')
        flaws.push("isolation must be 'inline' or 'process'");
    if (!isIntegerIn(memoryLimitMb, 32, 1_048_576))
        flaws.push('memoryLimitMb must be an integer from 32');
    if (typeof definition.run !== 'function')
        flaws.push('run must be a function');
    for (const hook of ['onStart', 'onSuccess', 'onFail', 'onEnd']) {
        if (definition[hook] !== undefined && typeof definition[hook] !== 'function')
            flaws.push(`${hook} must be a function`);
    }
    if (definition.params !== undefined &&
        typeof definition.params.parse !== 'function') {
        flaws.push('params must have a parse(input) method, such as a zod schema');
    }
    return [...flaws, ...declarationFlaws(definition.schedules)];
}
function isIntegerIn(value, min, max) {
    return Number.isInteger(value) && value >= min && value <= max;
}
/** The public face of a definition, with the defaults that hold when it says nothing. */
export function published(definition, paramsSchema, isolation) {
    const { key, version, defaultMaxAttempts = 3, timeoutSeconds = 3600, concurrencyLimit = 0 } = definition;
    return {
        key,
        version,
        defaultMaxAttempts,
        timeoutSeconds,
        concurrencyLimit,
        paramsSchema,
        isolation,
        paused: false,
    };
}
//# sourceMappingURL=job-definition.js.map