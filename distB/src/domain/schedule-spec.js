export const SCHEDULE_DEFAULTS = {
    definitionVersion: null,
    params: {},
    priority: 0,
    maxAttempts: null,
    cron: null,
    everySeconds: null,
    timezone: 'UTC',
    startsAt: null,
    endsAt: null,
    enabled: true,
    catchUp: 'last',
    maxCatchUp: 100,
    overlap: 'allow',
};
/** With every default filled in. */
export function scheduleSpec(given) {
    return { ...SCHEDULE_DEFAULTS, ...withoutUndefined(given) };
}
/** A spec with some of it said anew; of `cron` and `everySeconds` the one that is given takes the place of the other. */
export function patchedSpec(spec, patch) {
    const given = withoutUndefined(patch);
    const replaced = typeof given.cron === 'string'
        ? { everySeconds: null }
        : typeof given.everySeconds === 'number'
            ? { cron: null }
            : {};
    return { ...specOf(spec), ...replaced, ...given };
}
/** The members of a spec, whatever else there is of them. */
export function specOf(spec) {
    const { name, definitionKey, definitionVersion, params, priority, maxAttempts } = spec;
    const { cron, everySeconds, timezone, startsAt, endsAt, enabled, catchUp, maxCatchUp, overlap } = spec;
    return {
        ...{ name, definitionKey, definitionVersion, params, priority, maxAttempts },
        ...{ cron, everySeconds, timezone, startsAt, endsAt, enabled, catchUp, maxCatchUp, overlap },
    };
}
/** A spec as plain JSON: what is equal has equal canonical text. */
export function specJson(spec) {
    const { startsAt, endsAt, ...rest } = specOf(spec);
    return { ...rest, startsAt: startsAt?.toISOString() ?? null, endsAt: endsAt?.toISOString() ?? null };
}
/** What members of a spec say against each other; empty when they agree. */
export function specFlaws({ cron, everySeconds, startsAt, endsAt, }) {
    const flaws = [];
    if ((cron === null) === (everySeconds === null))
        flaws.push({ pointer: '/cron', message: 'needs exactly one of cron and everySeconds' });
    if (startsAt !== null && endsAt !== null && endsAt <= startsAt)
        flaws.push({ pointer: '/endsAt', message: 'must be after startsAt' });
    return flaws;
}
function withoutUndefined(given) {
    return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}
//# sourceMappingURL=schedule-spec.js.map