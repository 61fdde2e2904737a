export function ApiPage(_: Record<string, unknown>) { return null }
