import { route } from '../route.js';
import { definitionParams, pausedDefinition } from '../schemas/operators.js';
/** Stopping and resuming a definition. */
export function pauseRoutes({ pauseDefinition }) {
    const setting = (verb, summary) => route({
        method: 'post',
        path: `/v1/definitions/:key/${verb}`,
        operationId: `${verb}Definition`,
        summary,
        tag: 'definitions',
        access: 'admin',
        params: definitionParams,
        responses: { 200: { description: 'So it is from now on', schema: pausedDefinition } },
        problems: ['malformed-id', 'definition-not-found'],
        async handle({ params: { key } }) {
            const paused = verb === 'pause';
            await pauseDefinition.execute(key, paused);
            return { status: 200, body: { key, paused } };
        },
    });
    return [
        setting('pause', 'Start no more jobs of any version, until it is resumed; running ones finish'),
        setting('resume', 'Start jobs again'),
    ];
}
//# sourceMappingURL=pause.js.map