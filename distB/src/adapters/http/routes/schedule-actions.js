import { noSuchSchedule } from '../../../application/change-schedules.js';
import { SCHEDULE_DEFAULTS } from '../../../domain/schedule-spec.js';
import { BODY_PROBLEMS, route } from '../route.js';
import { previewView, scheduleView, tickView } from '../schedule-view.js';
import { acceptedJob } from '../schemas/jobs.js';
import { listTicksQuery, previewQuery, previewScheduleBody, schedule, schedulePreview, scheduleParams, tickList, } from '../schemas/schedules.js';
import { datesOf } from './schedules.js';
/** What is done with a schedule, and what there is to know of its slots. */
export function scheduleActionRoutes(deps) {
    return [
        enabling(deps, 'pause', 'Make no more jobs of a schedule until it is resumed'),
        enabling(deps, 'resume', 'Go on; the slots of the pause are recorded as one tick'),
        run(deps),
        preview(deps),
        previewOfUnsaved(deps),
        ticks(deps),
    ];
}
function enabling({ changeSchedules }, verb, summary) {
    return route({
        method: 'post',
        path: `/v1/schedules/:scheduleId/${verb}`,
        operationId: `${verb}Schedule`,
        summary,
        tag: 'schedules',
        access: 'admin',
        params: scheduleParams,
        responses: { 200: { description: 'So it is from now on', schema: schedule } },
        problems: ['malformed-id', 'schedule-not-found'],
        async handle({ params: { scheduleId } }) {
            const changed = await changeSchedules.patch(scheduleId, { enabled: verb === 'resume' });
            return { status: 200, body: scheduleView(changed) };
        },
    });
}
function run({ runSchedule }) {
    return route({
        method: 'post',
        path: '/v1/schedules/:scheduleId/run',
        operationId: 'runSchedule',
        summary: 'Make a job of a schedule at once, beside its slots, also while it is paused or another job of it runs',
        tag: 'schedules',
        access: 'admin',
        params: scheduleParams,
        responses: {
            201: { description: 'Accepted', schema: acceptedJob, headers: { Location: 'Address of the job' } },
        },
        problems: ['malformed-id', 'schedule-not-found', 'unknown-definition', 'params-invalid'],
        async handle({ params: { scheduleId } }) {
            const { id, status } = await runSchedule.execute(scheduleId);
            return { status: 201, headers: { Location: `/v1/jobs/${id}` }, body: { jobId: id, status } };
        },
    });
}
function preview({ previewSchedule }) {
    return route({
        method: 'get',
        path: '/v1/schedules/:scheduleId/preview',
        operationId: 'previewSchedule',
        summary: 'When the next slots of a schedule are, and how its times read',
        tag: 'schedules',
        access: 'read',
        params: scheduleParams,
        query: previewQuery,
        responses: { 200: { description: 'The next slots', schema: schedulePreview } },
        problems: ['malformed-id', 'schedule-not-found', 'invalid-query'],
        async handle({ params: { scheduleId }, query: { n = 10 } }) {
            return { status: 200, body: previewView(await previewSchedule.ofKept(scheduleId, n)) };
        },
    });
}
function previewOfUnsaved({ previewSchedule }) {
    return route({
        method: 'post',
        path: '/v1/schedules/preview',
        operationId: 'previewUnsavedSchedule',
        summary: 'The same of a schedule that is not kept: nothing is changed',
        tag: 'schedules',
        access: 'submit',
        query: previewQuery,
        body: previewScheduleBody,
        responses: { 200: { description: 'The next slots', schema: schedulePreview } },
        problems: [...BODY_PROBLEMS, 'schedule-invalid', 'invalid-query'],
        async handle({ query: { n = 10 }, body }) {
            const { cron = null, everySeconds = null, timezone = SCHEDULE_DEFAULTS.timezone } = body;
            const { startsAt = null, endsAt = null } = datesOf(body);
            const times = { cron, everySeconds, timezone, startsAt, endsAt };
            return Promise.resolve({ status: 200, body: previewView(previewSchedule.of(times, n)) });
        },
    });
}
function ticks({ schedules }) {
    return route({
        method: 'get',
        path: '/v1/schedules/:scheduleId/ticks',
        operationId: 'listTicks',
        summary: 'What became of the slots of a schedule, the newest first',
        tag: 'schedules',
        access: 'read',
        params: scheduleParams,
        query: listTicksQuery,
        responses: { 200: { description: 'One page', schema: tickList } },
        problems: ['malformed-id', 'schedule-not-found', 'invalid-query'],
        async handle({ params: { scheduleId }, query: { limit = 100, before } }) {
            const page = { limit, before: before === undefined ? null : new Date(before) };
            const found = await schedules.ticks(scheduleId, page);
            if (found === null)
                throw noSuchSchedule();
            return { status: 200, body: { ticks: found.map(tickView) } };
        },
    });
}
//# sourceMappingURL=schedule-actions.js.map