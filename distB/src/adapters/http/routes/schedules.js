import { noSuchSchedule } from '../../../application/change-schedules.js';
import { BODY_PROBLEMS, route } from '../route.js';
import { scheduleView } from '../schedule-view.js';
import { createScheduleBody, listSchedulesQuery, patchScheduleBody, schedule, scheduleList, scheduleParams, } from '../schemas/schedules.js';
export function scheduleRoutes(deps) {
    return [create(deps), list(deps), get(deps), patch(deps), remove(deps)];
}
const SAID = [
    ...BODY_PROBLEMS,
    'unknown-definition',
    'params-invalid',
    'schedule-invalid',
    'schedule-name-taken',
];
function create({ changeSchedules }) {
    return route({
        method: 'post',
        path: '/v1/schedules',
        operationId: 'createSchedule',
        summary: 'Make jobs again and again, at the times of a cron expression or at a fixed pace',
        tag: 'schedules',
        access: 'admin',
        body: createScheduleBody,
        responses: {
            201: { description: 'Kept', schema: schedule, headers: { Location: 'Address of the schedule' } },
        },
        problems: SAID,
        async handle({ body }) {
            const made = await changeSchedules.create({ ...body, ...datesOf(body) });
            return { status: 201, headers: { Location: `/v1/schedules/${made.id}` }, body: scheduleView(made) };
        },
    });
}
function list({ schedules }) {
    return route({
        method: 'get',
        path: '/v1/schedules',
        operationId: 'listSchedules',
        summary: 'List schedules, by name',
        tag: 'schedules',
        access: 'read',
        query: listSchedulesQuery,
        responses: { 200: { description: 'One page', schema: scheduleList } },
        problems: ['invalid-query'],
        async handle({ query: { limit = 100, offset = 0 } }) {
            const page = await schedules.list({ limit, offset });
            return { status: 200, body: { schedules: page.schedules.map(scheduleView), total: page.total } };
        },
    });
}
function get({ schedules }) {
    return route({
        method: 'get',
        path: '/v1/schedules/:scheduleId',
        operationId: 'getSchedule',
        summary: 'A schedule',
        tag: 'schedules',
        access: 'read',
        params: scheduleParams,
        responses: { 200: { description: 'The schedule', schema: schedule } },
        problems: ['malformed-id', 'schedule-not-found'],
        async handle({ params: { scheduleId } }) {
            const found = await schedules.get(scheduleId);
            if (found === null)
                throw noSuchSchedule();
            return { status: 200, body: scheduleView(found) };
        },
    });
}
function patch({ changeSchedules }) {
    return route({
        method: 'patch',
        path: '/v1/schedules/:scheduleId',
        operationId: 'patchSchedule',
        summary: 'Change some of a schedule; new times count from now on',
        tag: 'schedules',
        access: 'admin',
        params: scheduleParams,
        body: patchScheduleBody,
        responses: { 200: { description: 'The schedule as it is now', schema: schedule } },
        problems: [...SAID, 'malformed-id', 'schedule-not-found'],
        async handle({ params: { scheduleId }, body }) {
            const changed = await changeSchedules.patch(scheduleId, { ...body, ...datesOf(body) });
            return { status: 200, body: scheduleView(changed) };
        },
    });
}
function remove({ changeSchedules }) {
    return route({
        method: 'delete',
        path: '/v1/schedules/:scheduleId',
        operationId: 'deleteSchedule',
        summary: 'Remove a schedule and its ticks; the jobs that it made stay',
        tag: 'schedules',
        access: 'admin',
        params: scheduleParams,
        responses: { 204: { description: 'Removed', isEmpty: true } },
        problems: ['malformed-id', 'schedule-not-found', 'schedule-declared'],
        async handle({ params: { scheduleId } }) {
            await changeSchedules.remove(scheduleId);
            return { status: 204 };
        },
    });
}
/** The instants of a body; what it does not say stays unsaid. */
export function datesOf({ startsAt, endsAt }) {
    const date = (text) => (typeof text === 'string' ? new Date(text) : text);
    return { startsAt: date(startsAt), endsAt: date(endsAt) };
}
//# sourceMappingURL=schedules.js.map