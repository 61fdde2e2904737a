export const CATCH_UPS = ['skip', 'last', 'all'];
export const OVERLAPS = ['allow', 'skip', 'queue_one', 'cancel_previous'];
export const TICK_OUTCOMES = ['fired', 'caught_up', 'skipped', 'missed', 'paused'];
export function cadenceOf(spec) {
    return spec.cron === null
        ? { kind: 'every', seconds: spec.everySeconds ?? 0, anchor: spec.startsAt }
        : { kind: 'cron', expression: spec.cron, timezone: spec.timezone };
}
/** When there is something to decide: at the slot that waits, else at the next one. */
export function dueAt({ waitingSlot, nextRunAt }) {
    return waitingSlot ?? nextRunAt;
}
//# sourceMappingURL=schedule.js.map