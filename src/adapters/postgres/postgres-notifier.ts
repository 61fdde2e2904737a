import type { Logger } from '../../application/ports/logger.js'
import type { Notifier, OnHint } from '../../application/ports/notifier.js'
import { PostgresChanges } from './postgres-changes.js'
import type { Db, Statement } from './postgres-db.js'
import { PostgresListener } from './postgres-listener.js'

const CHANNEL = 'job_server_hints'
/** At most one notification in this time: each takes a lock that all committing notifiers share. */
const PAUSE_MS = 5
const MAX_PAYLOAD_BYTES = 4_000
/** After this a hint is sent again that a cut connection may have swallowed. */
const RETRY_MS = 250

/** Between the sender and a message that is about changes, not about work. */
const CHANGES = '* '

const NOTIFY: Statement = { name: 'notify_1', text: 'select pg_notify($1, $2)' }

/** When the first job of a key is due, in milliseconds since 1970. */
const NOW = 0
/** What is said of a key: that it has work now, or from some time on. */
type Said = string | readonly [key: string, dueAt: number]

/** Hints by NOTIFY: gathered for a few milliseconds, sent after the commit in a transaction of their own. */
export class PostgresNotifier implements Notifier {
  private readonly listeners = new Set<OnHint>()
  /** Shares the channel and the connection that listens. */
  readonly changes = new PostgresChanges(
    (message) => void this.notify(`${CHANGES}${message}`).catch(() => undefined),
    () => this.isProven(),
  )
  /** What is to be sent: when the first job of each key is due. */
  private pending = new Map<string, number>()
  private timer: NodeJS.Timeout | null = null
  private lastSentAt = -PAUSE_MS
  private sending: Promise<void> = Promise.resolve()
  private stopped = false
  private readonly listener: PostgresListener

  constructor(
    private readonly db: Db,
    private readonly origin: string,
    options: { readonly url: string; readonly connectionTimeoutMs: number; readonly logger: Logger },
  ) {
    this.listener = new PostgresListener({
      ...options,
      channel: CHANNEL,
      onMessage: (payload) => {
        this.receive(payload)
      },
      onGap: () => {
        this.tell([])
        this.changes.missed()
      },
    })
  }

  start(): Promise<void> {
    return this.listener.start()
  }

  async stop(): Promise<void> {
    this.stopped = true
    this.changes.stop()
    if (this.timer !== null) {
      clearTimeout(this.timer)
      await this.send()
    }
    await this.sending
    await this.listener.stop()
  }

  hint(definitionKeys: readonly string[], dueAt?: Date): void {
    if (definitionKeys.length === 0) return
    this.tell(definitionKeys, dueAt)
    for (const key of definitionKeys) this.gather(key, dueAt?.getTime() ?? NOW)
    this.sendIn(Math.max(0, this.lastSentAt + PAUSE_MS - performance.now()))
  }

  subscribe(onHint: OnHint): () => void {
    this.listeners.add(onHint)
    return () => this.listeners.delete(onHint)
  }

  isProven(): boolean {
    return this.listener.isProven()
  }

  private sendIn(waitMs: number): void {
    if (this.timer !== null || this.stopped) return
    // An idle worker waits for the first; a timer would come after all that is to be done meanwhile.
    if (waitMs === 0) this.sending = this.send()
    else
      this.timer = setTimeout(() => {
        this.sending = this.send()
      }, waitMs)
  }

  private async send(): Promise<void> {
    this.timer = null
    this.lastSentAt = performance.now()
    const hinted = this.pending
    this.pending = new Map()
    const said = JSON.stringify(
      Array.from(hinted, ([key, dueAt]): Said => (dueAt === NOW ? key : [key, dueAt])),
    )
    // Too many to name: everyone looks.
    const payload = Buffer.byteLength(said) <= MAX_PAYLOAD_BYTES ? said : '[]'
    try {
      await this.notify(payload)
    } catch {
      // A lost hint costs no job, but the one that it was for may wait for a whole poll interval.
      for (const [key, dueAt] of hinted) this.gather(key, dueAt)
      this.sendIn(RETRY_MS)
    }
  }

  private async notify(message: string): Promise<void> {
    await this.db.query(NOTIFY, [CHANNEL, `${this.origin} ${message}`])
  }

  private receive(payload: string): void {
    const space = payload.indexOf(' ')
    if (payload.slice(0, space) === this.origin) return
    const message = payload.slice(space + 1)
    if (message.startsWith(CHANGES)) {
      this.changes.receive(message.slice(CHANGES.length))
      return
    }
    for (const { keys, dueAt } of hintsOf(message)) this.tell(keys, dueAt)
  }

  private gather(key: string, dueAt: number): void {
    this.pending.set(key, Math.min(dueAt, this.pending.get(key) ?? Infinity))
  }

  private tell(definitionKeys: readonly string[], dueAt?: Date): void {
    for (const listener of this.listeners) listener(definitionKeys, dueAt)
  }
}

/** The hints of a message; one for everything when it cannot be read. */
function hintsOf(message: string): readonly { readonly keys: readonly string[]; readonly dueAt?: Date }[] {
  try {
    const said = JSON.parse(message) as readonly Said[]
    const due = said.filter((entry) => typeof entry === 'string')
    const later = said.filter((entry) => typeof entry !== 'string')
    return [
      ...(due.length > 0 || later.length === 0 ? [{ keys: due }] : []),
      ...later.map(([key, dueAt]) => ({ keys: [key], dueAt: new Date(dueAt) })),
    ]
  } catch {
    return [{ keys: [] }]
  }
}
