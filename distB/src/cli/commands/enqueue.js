import { isApiError } from '../../client/index.js';
import { given, instant, integer, param, paramsOf, seconds } from '../arguments.js';
import { exitCodeOfJob } from '../exit.js';
import { follow } from '../follow.js';
import { similarTo } from '../similar.js';
export function addEnqueue(program, session) {
    program
        .command('enqueue <definition>')
        .description('start a job, and wait for it if you like')
        .option('-p, --param <name=value>', 'a param: JSON, else text; may be repeated', param)
        .option('--params <json>', 'all params as a JSON object; - reads standard input')
        .option('--definition-version <n>', 'default: the newest', integer)
        .option('--priority <n>', 'higher runs first', integer)
        .option('--max-attempts <n>', "default: the definition's", integer)
        .option('--delay-seconds <s>', 'not before this time is over', seconds)
        .option('--run-at <instant>', 'not before this instant', instant)
        .option('--idempotency-key <key>', 'the same key makes one job')
        .option('--wait', 'until the job is final; the exit code tells how it ended')
        .option('--follow', 'wait, and show its events and progress')
        .option('--timeout <s>', 'longest wait', seconds)
        .action((definition, options) => enqueue(session, definition, options));
}
async function enqueue(session, definitionKey, options) {
    const { wait, follow: shown, timeout, param: _param, params: _params, ...facts } = options;
    const request = given({ ...facts, definitionKey, params: await paramsOf(options, session.io) });
    const job = await session.client.jobs
        .create(request)
        .catch(async (error) => {
        if (isApiError(error, 'unknown-definition'))
            await suggestDefinition(session, definitionKey);
        throw error;
    });
    if (wait === undefined && shown === undefined) {
        session.output.one({ jobId: job.jobId });
        return;
    }
    const end = await follow(session, job, { follow: shown === true, timeoutSeconds: timeout });
    session.output.one(end);
    session.exitCode = exitCodeOfJob(end.status);
}
async function suggestDefinition(session, key) {
    const known = await session.client.definitions.list().catch(() => []);
    const meant = similarTo(key, known.map((definition) => definition.key));
    if (meant !== null)
        session.output.note(`Did you mean ${meant}?`);
}
//# sourceMappingURL=enqueue.js.map