import { isLoopback } from '../adapters/http/access/local-request.js';
/** Shorter ones can be found by trying. */
const MIN_SECRET = 16;
/** Tells, once the server listens, who can use it, when that may be more than somebody meant. */
export async function tellWhoGetsIn({ host, apiKeys }, keys, logger) {
    if (apiKeys.some(({ secret }) => secret.length < MIN_SECRET))
        logger.warn(`API_KEYS holds a secret of less than ${MIN_SECRET} characters, which can be guessed`);
    if (!(await keys.isEmpty()))
        return;
    if (isLoopback(host) || host === '::1') {
        logger.info('no API key is set: only this machine can use the API', { host });
        return;
    }
    logger.warn('no API key is set, and HOST is not a loopback address: everyone who reaches it can use the API', { host });
}
//# sourceMappingURL=access.js.map