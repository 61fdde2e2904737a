import { Loop } from '../adapters/worker/loop.js'
import type { DefinitionStore } from '../application/ports/definition-store.js'
import type { Logger } from '../application/ports/logger.js'
import type { Notifier } from '../application/ports/notifier.js'
import { refOf, type DefinitionRef } from '../domain/job-definition.js'

const REFRESH_MS = 3_000

/**
 * Which definitions have a concurrency limit, as published by whichever process: a freed place of theirs is worth a hint to
 * the workers that wait for it. A limit published elsewhere counts after at most one refresh.
 */
export class PublishedLimits {
  private limited: ReadonlySet<string> | null = null
  private readonly loop = new Loop(() => this.refresh())

  constructor(
    private readonly definitions: Pick<DefinitionStore, 'list'>,
    private readonly notifier: Pick<Notifier, 'hint'>,
    private readonly logger: Logger,
  ) {}

  start(): void {
    this.loop.start()
  }

  stop(): Promise<void> {
    return this.loop.stop()
  }

  /** Until the first look any definition may be: a hint too many costs nothing. */
  isLimited(definition: DefinitionRef): boolean {
    return this.limited?.has(refOf(definition)) ?? true
  }

  /** Reads the published limits; answers the milliseconds until the next time. Never throws. */
  async refresh(): Promise<number> {
    try {
      const published = await this.definitions.list()
      const limited = published.filter(({ concurrencyLimit }) => concurrencyLimit > 0)
      const known = this.limited
      this.limited = new Set(limited.map(refOf))
      // Places that were freed since it was published went without their hint.
      const late = known === null ? [] : limited.filter((definition) => !known.has(refOf(definition)))
      if (late.length > 0) this.notifier.hint([...new Set(late.map(({ key }) => key))])
    } catch (error) {
      this.logger.debug('could not read the published limits', { error: String(error) })
    }
    return REFRESH_MS
  }
}
