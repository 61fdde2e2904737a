import { randomUUID } from 'node:crypto'
import pg from 'pg'
import type { Logger } from '../../application/ports/logger.js'

const PROBE_EVERY_MS = 15_000
const PROBE_TIMEOUT_MS = 5_000
const MAX_RETRY_MS = 5_000

export interface ListenerOptions {
  readonly url: string
  readonly channel: string
  readonly connectionTimeoutMs: number
  readonly logger: Logger
  onMessage(payload: string): void
  /** Deaf from now on, or listening anew: messages may be missed, or have been. */
  onGap(): void
}

/**
 * Listens on a connection of its own and proves again and again that it hears: it sends itself a message each 15 s. A
 * half-open connection looks alive and is deaf; one without its own echo is thrown away and opened anew.
 */
export class PostgresListener {
  private client: pg.Client | null = null
  private proven = false
  private stopped = false
  private retryMs = 100
  private timer: NodeJS.Timeout | null = null
  private awaitedEcho: { readonly token: string; readonly heard: () => void } | null = null

  constructor(private readonly options: ListenerOptions) {}

  isProven(): boolean {
    return this.proven
  }

  /** Begins to listen; never throws, keeps trying. Resolves after the first try. */
  async start(): Promise<void> {
    if (this.stopped) return
    const client = new pg.Client({
      connectionString: this.options.url,
      application_name: 'job-server listener',
      connectionTimeoutMillis: this.options.connectionTimeoutMs,
      query_timeout: PROBE_TIMEOUT_MS,
      keepAlive: true,
    })
    let lost = false
    const lose = (error: unknown): void => {
      if (lost) return
      lost = true
      this.lose(client, error)
    }
    client.on('error', lose)
    client.on('end', () => {
      lose(new Error('connection ended'))
    })
    client.on('notification', ({ payload }) => {
      this.receive(payload ?? '')
    })
    try {
      await client.connect()
      this.client = client
      if (this.isStopped()) {
        lose(new Error('stopped'))
        return
      }
      await client.query(`listen "${this.options.channel}"`)
      await this.probe(client)
      if (lost || this.isStopped()) return
      this.proven = true
      this.retryMs = 100
      this.options.onGap()
      this.scheduleProbe(client, lose)
    } catch (error) {
      lose(error)
    }
  }

  async stop(): Promise<void> {
    this.stopped = true
    this.proven = false
    if (this.timer !== null) clearTimeout(this.timer)
    await this.client?.end().catch(() => undefined)
  }

  private receive(payload: string): void {
    if (this.awaitedEcho?.token === payload) this.awaitedEcho.heard()
    else if (!payload.startsWith('probe ')) this.options.onMessage(payload)
  }

  private async probe(client: pg.Client): Promise<void> {
    const token = `probe ${randomUUID()}`
    let timer: NodeJS.Timeout | undefined
    const echo = new Promise<void>((resolve, reject) => {
      this.awaitedEcho = { token, heard: resolve }
      timer = setTimeout(() => {
        reject(new Error('no echo of the probe'))
      }, PROBE_TIMEOUT_MS)
      timer.unref()
    })
    // The query itself may hang on a dead connection: only the echo counts, but its failure is told at once.
    const sent = client.query('select pg_notify($1, $2)', [this.options.channel, token])
    try {
      await Promise.race([echo, sent.then(() => echo)])
    } finally {
      clearTimeout(timer)
      this.awaitedEcho = null
    }
  }

  private scheduleProbe(client: pg.Client, lose: (error: unknown) => void): void {
    this.timer = setTimeout(() => {
      this.probe(client).then(() => {
        if (!this.stopped && this.client === client) this.scheduleProbe(client, lose)
      }, lose)
    }, PROBE_EVERY_MS)
    this.timer.unref()
  }

  private isStopped(): boolean {
    return this.stopped
  }

  private lose(client: pg.Client, error: unknown): void {
    const wasProven = this.proven
    this.proven = false
    if (this.timer !== null) clearTimeout(this.timer)
    // Not awaited: the goodbye of a dead connection may never be answered.
    client.end().catch(() => undefined)
    if (this.client === client) this.client = null
    if (this.stopped) return
    this.options.logger.debug('the notification listener lost its connection', { error: String(error) })
    this.timer = setTimeout(() => {
      void this.start()
    }, this.retryMs)
    this.timer.unref()
    this.retryMs = Math.min(MAX_RETRY_MS, this.retryMs * 2)
    // Who sleeps long because hints arrive must not go on sleeping.
    if (wasProven) this.options.onGap()
  }
}
