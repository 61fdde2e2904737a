import { JobRegistry } from '../application/job-registry.js';
import { silentLogger } from '../application/ports/logger.js';
import { withinTransaction } from '../application/within-transaction.js';
import { JobServerError } from '../domain/errors.js';
import { assemble, prepareFiles, stopFeeds } from './assemble.js';
import { bindStores, createContainer } from './container.js';
import { declaredScheduleFlaws } from './declared-schedule-flaws.js';
import { builtinsOf, deliveryOf } from './definitions.js';
import { embeddedConfig } from './embedded-config.js';
import { enqueueEach } from './embedded-request.js';
import { EmbeddedClient } from './job-client.js';
import { koaMiddleware } from './koa-middleware.js';
import { openStores } from './open-stores.js';
import { TOKENS } from './tokens.js';
/**
 * Opens (and migrates) the database and puts a server together; nothing runs before `start`.
 *
 * @throws JobServerError `validation-error` for a malformed definition; ConfigError for a malformed option; whatever the
 *   database refuses with.
 */
export async function createJobServer(options = {}) {
    const registry = new JobRegistry();
    const logger = options.logger ?? silentLogger;
    const config = embeddedConfig(options);
    const adapters = { files: options.fileStore, encoder: options.encoder };
    const container = createContainer({ config, logger, registry, adapters });
    const builtins = options.builtins === true ? builtinsOf(container) : [];
    for (const definition of [deliveryOf(container), ...builtins, ...(options.definitions ?? [])])
        registry.register(definition);
    const flaws = declaredScheduleFlaws(registry, container.get(TOKENS.calendar));
    if (flaws.length > 0)
        throw new JobServerError('validation-error', flaws.join('; '));
    const stores = options.stores ?? (await openStores(config, logger));
    bindStores(container, { ...stores, notifier: options.notifier ?? stores.notifier });
    const http = options.http ?? false;
    const api = assemble(container, {
        api: http === false ? null : { host: config.host, port: config.port },
        worker: options.worker !== false,
        scheduler: true,
        health: null,
        files: http !== false || builtins.length > 0,
        closeStores: options.stores === undefined,
    });
    return new EmbeddedServer(container, api, options.stores === undefined);
}
class EmbeddedServer extends EmbeddedClient {
    container;
    api;
    ownsStores;
    started = null;
    stopped = null;
    constructor(container, api, ownsStores) {
        super(container.get(TOKENS.stores), container.get(TOKENS.enqueueLanes), container.get(TOKENS.enqueueJobs), container.get(TOKENS.cancelJobs), container.get(TOKENS.tracing));
        this.container = container;
        this.api = api;
        this.ownsStores = ownsStores;
    }
    get url() {
        return this.api?.url ?? null;
    }
    async start() {
        this.refuseWhenStopped();
        this.started ??= this.container.get(TOKENS.lifecycle).start();
        return this.started;
    }
    async enqueue(request) {
        this.refuseWhenStopped();
        return super.enqueue(request);
    }
    async enqueueMany(requests) {
        this.refuseWhenStopped();
        return super.enqueueMany(requests);
    }
    stop() {
        this.stopped ??= this.end();
        return this.stopped;
    }
    callback() {
        prepareFiles(this.container).catch((error) => {
            this.container.get(TOKENS.logger).error('uploads cannot be kept', { error: String(error) });
        });
        const handle = this.container.get(TOKENS.app).callback();
        return (request, response) => void handle(request, response);
    }
    koaMiddleware({ prefix = '' } = {}) {
        return koaMiddleware(this.callback(), prefix);
    }
    within(transaction) {
        const stores = this.container.get(TOKENS.stores);
        if (stores.within === undefined)
            throw new TypeError('these stores take no transactions of others');
        const log = this.container.get(TOKENS.transitions);
        const target = withinTransaction(stores.within(transaction), { ...stores, log });
        const enqueueJobs = this.container.get(TOKENS.enqueueInto)(target);
        const enqueueMany = (requests) => {
            this.refuseWhenStopped();
            return enqueueEach(requests, enqueueJobs, this.container.get(TOKENS.tracing));
        };
        return {
            enqueueMany,
            enqueue: async (request) => {
                const [answer] = await enqueueMany([request]);
                if (answer === undefined || 'error' in answer)
                    throw answer?.error ?? new Error('no answer');
                return answer;
            },
        };
    }
    /** Nobody would ever run what it took. */
    refuseWhenStopped() {
        if (this.stopped !== null)
            throw new Error('this job server was stopped; make another one');
    }
    async end() {
        await this.container.get(TOKENS.lifecycle).stop();
        stopFeeds(this.container);
        // A server that never started has its database open all the same.
        if (this.started === null && this.ownsStores)
            await this.container.get(TOKENS.stores).close();
    }
}
//# sourceMappingURL=create-job-server.js.map