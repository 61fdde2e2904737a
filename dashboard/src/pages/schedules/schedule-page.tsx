export function SchedulePage(_: Record<string, unknown>) { return null }
