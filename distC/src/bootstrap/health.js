import { SECURITY_HEADERS } from '../adapters/http/access/security-headers.js';
import { problemOf } from '../adapters/http/problem.js';
/**
 * For roles without the API. `/healthz`: the process lives; `/readyz`: it can do its work; `/metrics`: for Prometheus, behind the
 * same door as the API.
 */
export function healthHandler({ readiness, exposition, guard, newId }) {
    return (request, response) => {
        const send = (status, headers, body) => {
            response.writeHead(status, { ...SECURITY_HEADERS, ...headers });
            response.end(body);
        };
        const answer = (status, body) => {
            send(status, { 'Content-Type': 'application/json; charset=utf-8' }, JSON.stringify(body));
        };
        const expose = async () => {
            await guard.admit({ req: request }, 'read');
            send(200, { 'Content-Type': exposition.contentType }, await exposition.text());
        };
        const path = request.url?.split('?')[0];
        if (path === '/healthz')
            answer(200, { status: 'ok' });
        else if (path === '/readyz') {
            void readiness().then(({ ready, checks }) => {
                answer(ready ? 200 : 503, { status: ready ? 'ready' : 'not ready', checks });
            });
        }
        else if (path === '/metrics') {
            expose().catch((error) => {
                const { status, headers, body } = problemOf(error, newId());
                const mediaType = { 'Content-Type': 'application/problem+json; charset=utf-8' };
                send(status, { ...headers, ...mediaType }, JSON.stringify(body));
            });
        }
        else
            answer(404, { status: 'not found' });
    };
}
//# sourceMappingURL=health.js.map