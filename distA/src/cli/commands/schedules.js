import { given, instant, integer, param, paramsOf, seconds } from '../arguments.js';
import { UsageError } from '../exit.js';
const COLUMNS = [
    { head: 'schedule', of: ({ scheduleId }) => scheduleId },
    { head: 'name', of: ({ name }) => name },
    { head: 'definition', of: ({ definitionKey }) => definitionKey },
    { head: 'when', of: ({ cron, everySeconds }) => cron ?? `every ${everySeconds ?? '?'} s` },
    { head: 'timezone', of: ({ timezone }) => timezone },
    { head: 'enabled', of: ({ enabled }) => (enabled ? 'yes' : 'no') },
    { head: 'next', of: ({ nextRunAt }) => nextRunAt },
];
const PREVIEW = [
    { head: 'at', of: ({ at }) => at },
    { head: 'local', of: ({ local }) => local },
    { head: 'offset', of: ({ offset }) => offset },
    { head: 'note', of: ({ note }) => note },
];
export function addSchedules(program, session) {
    const schedules = program.command('schedules').description('start jobs by the clock');
    schedules
        .command('list')
        .description('all schedules')
        .option('--limit <n>', '1–1000', integer, 100)
        .option('--offset <n>', 'how many to pass over', integer)
        .action(async (query) => {
        const page = await session.client.schedules.list(query);
        session.output.list(page, page.schedules, COLUMNS);
    });
    ruled(schedules.command('add <name> <definition>').description('with --cron or --every-seconds')).action(async (name, definitionKey, options) => {
        const body = { ...(await bodyOf(session, options)), name, definitionKey };
        session.output.one(await session.client.schedules.create(body));
    });
    ruled(schedules.command('change <schedule>').description('what is not named stays'))
        .option('--name <name>')
        .action(async (which, options) => {
        const id = await idOf(session, which);
        session.output.one(await session.client.schedules.change(id, await bodyOf(session, options)));
    });
    for (const [verb, says] of [
        ['show', 'one schedule; by name or id, as everywhere here'],
        ['pause', 'make no more jobs of it'],
        ['resume', 'make jobs of it again'],
        ['run', 'make a job of it now'],
    ]) {
        schedules
            .command(`${verb} <schedule>`)
            .description(says)
            .action(async (which) => {
            const id = await idOf(session, which);
            const { schedules: api } = session.client;
            session.output.one(await (verb === 'show' ? api.get(id) : api[verb](id)));
        });
    }
    schedules
        .command('remove <schedule>')
        .description('its jobs stay')
        .action(async (which) => {
        const id = await idOf(session, which);
        await session.client.schedules.delete(id);
        session.output.one({ scheduleId: id, removed: true });
    });
    previewed(schedules.command('preview [schedule]').description('when it runs next, or when --cron would')).action((which, options) => preview(session, which, options));
    schedules
        .command('ticks <schedule>')
        .description('what became of its last slots')
        .option('--limit <n>', 'how many', integer, 20)
        .action(async (which, query) => {
        const answer = await session.client.schedules.ticks(await idOf(session, which), query);
        session.output.list(answer, answer.ticks, [
            { head: 'slot', of: ({ slot }) => slot },
            { head: 'outcome', of: ({ outcome }) => outcome },
            { head: 'job', of: ({ jobId }) => jobId },
            { head: 'delay ms', of: ({ delayMs }) => delayMs },
            { head: 'reason', of: ({ reason }) => reason },
        ]);
    });
}
function timed(command) {
    return command
        .option('--cron <expression>', 'such as "0 9 * * 1-5"')
        .option('--every-seconds <s>', 'whole multiples, from --starts-at or the epoch', seconds)
        .option('--timezone <zone>', 'IANA name; default UTC')
        .option('--starts-at <instant>', 'no run before', instant)
        .option('--ends-at <instant>', 'no run from then on', instant);
}
function previewed(command) {
    return timed(command).option('-n, --n <n>', 'how many runs', integer, 10);
}
function ruled(command) {
    return timed(command)
        .option('-p, --param <name=value>', 'a param: JSON, else text; may be repeated', param)
        .option('--params <json>', 'all params as a JSON object; - reads standard input')
        .option('--definition-version <n>', 'default: the newest at each run', integer)
        .option('--priority <n>', 'higher runs first', integer)
        .option('--max-attempts <n>', "default: the definition's", integer)
        .option('--catch-up <rule>', 'runs that were missed: skip, last or all')
        .option('--max-catch-up <n>', 'most that are caught up', integer)
        .option('--overlap <rule>', 'while a job of it runs: allow, skip, queue_one or cancel_previous');
}
async function bodyOf(session, { param: single, params, ...rest }) {
    const whole = await paramsOf(given({ param: single, params }), session.io);
    return given({ ...rest, params: whole });
}
async function preview(session, which, { n, ...rule }) {
    const { schedules } = session.client;
    if ((which === undefined) === (Object.keys(rule).length === 0))
        throw new UsageError('takes a schedule, or a rule such as --cron "0 9 * * 1-5"');
    const answer = which === undefined
        ? await schedules.previewOf(rule, given({ n }))
        : await schedules.preview(await idOf(session, which), given({ n }));
    if (session.output.format === 'table')
        session.output.note(answer.description);
    session.output.list(answer, answer.runs, PREVIEW);
}
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const PAGE = 1_000;
/** A schedule goes by its id or by its name, which is unique. */
async function idOf(session, which) {
    if (ID.test(which))
        return which;
    for (let offset = 0;; offset += PAGE) {
        const { schedules, total } = await session.client.schedules.list({ limit: PAGE, offset });
        const found = schedules.find(({ name }) => name === which);
        if (found !== undefined)
            return found.scheduleId;
        if (offset + PAGE >= total)
            throw new Error(`there is no schedule named ${which}`);
    }
}
//# sourceMappingURL=schedules.js.map