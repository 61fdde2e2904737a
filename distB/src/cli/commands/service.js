const WORKERS = [
    { head: 'worker', of: ({ workerId }) => workerId },
    { head: 'host', of: ({ host, pid }) => `${host}:${pid}` },
    { head: 'version', of: ({ version }) => version },
    { head: 'running', of: ({ running, slots }) => `${running}/${slots}` },
    { head: 'heartbeat', of: ({ heartbeatAt }) => heartbeatAt },
    { head: 'draining', of: ({ draining }) => (draining ? 'yes' : 'no') },
];
const DEFINITIONS = [
    { head: 'definition', of: ({ key, version }) => `${key}@${version}` },
    { head: 'attempts', of: ({ defaultMaxAttempts }) => defaultMaxAttempts },
    { head: 'timeout s', of: ({ timeoutSeconds }) => timeoutSeconds },
    {
        head: 'at once',
        of: ({ concurrencyLimit }) => (concurrencyLimit === 0 ? 'unlimited' : concurrencyLimit),
    },
    { head: 'isolation', of: ({ isolation }) => isolation },
    { head: 'paused', of: ({ paused }) => (paused ? 'yes' : 'no') },
];
/** What is about the server rather than about a job. */
export function addService(program, session) {
    const definitions = program.command('definitions').description('kinds of jobs; stop and start them');
    definitions
        .command('list')
        .description('all that are published')
        .action(async () => {
        const all = await session.client.definitions.list();
        session.output.list({ definitions: all }, all, DEFINITIONS);
    });
    for (const [verb, says] of [
        ['pause', 'start no more jobs of this key; running ones finish'],
        ['resume', 'start them again'],
    ]) {
        definitions
            .command(`${verb} <key>`)
            .description(says)
            .action(async (key) => session.output.one(await session.client.definitions[verb](key)));
    }
    program
        .command('workers')
        .description('live workers, and what they do')
        .action(async () => {
        const workers = await session.client.workers();
        session.output.list({ workers }, workers, WORKERS);
    });
    program
        .command('metrics')
        .description('jobs by status, success and times')
        .action(() => metrics(session));
}
async function metrics(session) {
    const overview = await session.client.metrics.overview();
    if (session.output.format !== 'table') {
        session.output.one(overview);
        return;
    }
    const { summary, performance, throughput } = overview;
    session.output.one({ total: summary.total, ...summary.byStatus, ...performance, ...throughput });
}
//# sourceMappingURL=service.js.map