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

/** What is said of the jobs of a key. */
interface Work {
  /** When the first is due, in milliseconds since 1970. */
  readonly dueAt: number
  /** How many they are; infinity for any number. */
  readonly jobs: number
}
const NOW = 0
/** A key alone has any number of jobs that are due. */
type Said = string | readonly [key: string, dueAt: number, jobs?: number]

/** Hints by NOTIFY: gathered for a few milliseconds, sent after the commit in a transaction of their own. */
export class PostgresNotifier implements Notifier {
  private readonly listeners = new Set<OnHint>()
  /** Shares the channel and the connection that listens. */
  readonly changes = new PostgresChanges(
    (message) => void this.notify(`${CHANGES}${message}`).catch(() => undefined),
    () => this.isProven(),
  )
  /** What is to be sent of each key. */
  private pending = new Map<string, Work>()
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

  hint(definitionKeys: readonly string[], dueAt?: Date, jobs = Infinity): void {
    if (definitionKeys.length === 0) return
    this.tell(definitionKeys, dueAt)
    for (const key of definitionKeys) this.gather(key, { dueAt: dueAt?.getTime() ?? NOW, jobs })
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
    const said = JSON.stringify(Array.from(hinted, saidOf))
    // Too many to name: everyone looks.
    const payload = Buffer.byteLength(said) <= MAX_PAYLOAD_BYTES ? said : '[]'
    try {
      await this.notify(payload)
    } catch {
      // A lost hint costs no job, but the one that it was for may wait for a whole poll interval.
      for (const [key, work] of hinted) this.gather(key, work)
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
    for (const { keys, dueAt, jobs } of hintsOf(message)) this.tell(keys, dueAt, jobs)
  }

  private gather(key: string, { dueAt, jobs }: Work): void {
    const before = this.pending.get(key) ?? { dueAt: Infinity, jobs: 0 }
    this.pending.set(key, { dueAt: Math.min(dueAt, before.dueAt), jobs: jobs + before.jobs })
  }

  private tell(definitionKeys: readonly string[], dueAt?: Date, jobs?: number): void {
    for (const listener of this.listeners) listener(definitionKeys, dueAt, jobs)
  }
}

function saidOf([key, { dueAt, jobs }]: readonly [string, Work]): Said {
  if (jobs < Infinity) return [key, dueAt, jobs]
  return dueAt === NOW ? key : [key, dueAt]
}

interface Hint {
  readonly keys: readonly string[]
  readonly dueAt?: Date | undefined
  readonly jobs?: number | undefined
}

/** The hints of a message; one for everything when it cannot be read. */
function hintsOf(message: string): readonly Hint[] {
  try {
    const said = JSON.parse(message) as readonly Said[]
    const due = said.filter((entry) => typeof entry === 'string')
    const others = said.filter((entry) => typeof entry !== 'string')
    return [
      ...(due.length > 0 || others.length === 0 ? [{ keys: due }] : []),
      ...others.map(([key, dueAt, jobs]) => ({
        keys: [key],
        dueAt: dueAt === NOW ? undefined : new Date(dueAt),
        jobs,
      })),
    ]
  } catch {
    return [{ keys: [] }]
  }
}
