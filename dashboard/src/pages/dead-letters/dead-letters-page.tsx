export function DeadLettersPage(_: Record<string, unknown>) { return null }
