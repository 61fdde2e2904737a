import { randomUUID } from 'node:crypto';
import pg from 'pg';
const PROBE_EVERY_MS = 15_000;
const PROBE_TIMEOUT_MS = 5_000;
const MAX_RETRY_MS = 5_000;
/**
 * Listens on a connection of its own and proves again and again that it hears: it sends itself a message each 15 s. A
 * half-open connection looks alive and is deaf; one without its own echo is thrown away and opened anew.
 */
export class PostgresListener {
    options;
    client = null;
    proven = false;
    stopped = false;
    retryMs = 100;
    timer = null;
    awaitedEcho = null;
    constructor(options) {
        this.options = options;
    }
    isProven() {
        return this.proven;
    }
    /** Begins to listen; never throws, keeps trying. Resolves after the first try. */
    async start() {
        if (this.stopped)
            return;
        const client = new pg.Client({
            connectionString: this.options.url,
            application_name: 'job-server listener',
            connectionTimeoutMillis: this.options.connectionTimeoutMs,
            query_timeout: PROBE_TIMEOUT_MS,
            keepAlive: true,
        });
        let lost = false;
        const lose = (error) => {
            if (lost)
                return;
            lost = true;
            this.lose(client, error);
        };
        client.on('error', lose);
        client.on('end', () => {
            lose(new Error('connection ended'));
        });
        client.on('notification', ({ payload }) => {
            this.receive(payload ?? '');
        });
        try {
            await client.connect();
            this.client = client;
            if (this.isStopped()) {
                lose(new Error('stopped'));
                return;
            }
            await client.query(`listen "${this.options.channel}"`);
            await this.probe(client);
            if (lost || this.isStopped())
                return;
            this.proven = true;
            this.retryMs = 100;
            this.options.onGap();
            this.scheduleProbe(client, lose);
        }
        catch (error) {
            lose(error);
        }
    }
    async stop() {
        this.stopped = true;
        this.proven = false;
        if (this.timer !== null)
            clearTimeout(this.timer);
        await this.client?.end().catch(() => undefined);
    }
    receive(payload) {
        if (this.awaitedEcho?.token === payload)
            this.awaitedEcho.heard();
        else if (!payload.startsWith('probe '))
            this.options.onMessage(payload);
    }
    async probe(client) {
        const token = `probe ${randomUUID()}`;
        let timer;
        const echo = new Promise((resolve, reject) => {
            this.awaitedEcho = { token, heard: resolve };
            timer = setTimeout(() => {
                reject(new Error('no echo of the probe'));
            }, PROBE_TIMEOUT_MS);
            timer.unref();
        });
        // The query itself may hang on a dead connection: only the echo counts, but its failure is told at once.
        const sent = client.query('select pg_notify($1, $2)', [this.options.channel, token]);
        try {
            await Promise.race([echo, sent.then(() => echo)]);
        }
        finally {
            clearTimeout(timer);
            this.awaitedEcho = null;
        }
    }
    scheduleProbe(client, lose) {
        this.timer = setTimeout(() => {
            this.probe(client).then(() => {
                if (!this.stopped && this.client === client)
                    this.scheduleProbe(client, lose);
            }, lose);
        }, PROBE_EVERY_MS);
        this.timer.unref();
    }
    isStopped() {
        return this.stopped;
    }
    lose(client, error) {
        const wasProven = this.proven;
        this.proven = false;
        if (this.timer !== null)
            clearTimeout(this.timer);
        // Not awaited: the goodbye of a dead connection may never be answered.
        client.end().catch(() => undefined);
        if (this.client === client)
            this.client = null;
        if (this.stopped)
            return;
        this.options.logger.debug('the notification listener lost its connection', { error: String(error) });
        this.timer = setTimeout(() => {
            void this.start();
        }, this.retryMs);
        this.timer.unref();
        this.retryMs = Math.min(MAX_RETRY_MS, this.retryMs * 2);
        // Who sleeps long because hints arrive must not go on sleeping.
        if (wasProven)
            this.options.onGap();
    }
}
//# sourceMappingURL=postgres-listener.js.map