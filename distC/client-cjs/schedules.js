"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.Schedules = void 0;
/** What starts jobs by the clock. */
class Schedules {
    transport;
    constructor(transport) {
        this.transport = transport;
    }
    list(query = {}, options = {}) {
        return this.transport.json('GET', '/v1/schedules', { query, ...options });
    }
    /** @throws ApiError `schedule-name-taken`, also when the answer to a first try was lost. */
    create(body, options = {}) {
        return this.transport.json('POST', '/v1/schedules', { body, ...options });
    }
    get(scheduleId, options = {}) {
        return this.transport.json('GET', pathOf(scheduleId), options);
    }
    change(scheduleId, body, options = {}) {
        return this.transport.json('PATCH', pathOf(scheduleId), { body, ...options });
    }
    delete(scheduleId, options = {}) {
        return this.transport.json('DELETE', pathOf(scheduleId), options);
    }
    pause(scheduleId, options = {}) {
        return this.transport.json('POST', pathOf(scheduleId, 'pause'), options);
    }
    resume(scheduleId, options = {}) {
        return this.transport.json('POST', pathOf(scheduleId, 'resume'), options);
    }
    /** Makes a job of it now, whatever its slots are. */
    run(scheduleId, options = {}) {
        return this.transport.json('POST', pathOf(scheduleId, 'run'), { repeatable: false, ...options });
    }
    /** The next `n` slots. */
    preview(scheduleId, query = {}, options = {}) {
        return this.transport.json('GET', pathOf(scheduleId, 'preview'), { query, ...options });
    }
    /** The slots that a schedule would have. */
    previewOf(body, query = {}, options = {}) {
        return this.transport.json('POST', '/v1/schedules/preview', { body, query, ...options });
    }
    /** What became of the last slots. */
    ticks(scheduleId, query = {}, options = {}) {
        return this.transport.json('GET', pathOf(scheduleId, 'ticks'), { query, ...options });
    }
}
exports.Schedules = Schedules;
function pathOf(scheduleId, action) {
    return ['/v1/schedules', encodeURIComponent(scheduleId), action].filter(Boolean).join('/');
}
