import { refOf, type DefinitionRef, type PublishedDefinition } from '../domain/job-definition.js'
import type { Clock } from './ports/clock.js'
import type { DefinitionStore } from './ports/definition-store.js'

/** What another process publishes counts here after at most this long. */
const MAX_AGE_MS = 1_000

interface Known {
  readonly definition: PublishedDefinition
  readonly readAt: number
}

/**
 * Published definitions for those who accept jobs: what was found a moment ago is not looked up again for each job. What was not found is,
 * and what this process publishes counts at once.
 */
export class KnownDefinitions implements Pick<DefinitionStore, 'find' | 'publish'> {
  /** Replaced, not cleared: a look-up that is under way must leave nothing behind that is older than what was published. */
  private known = new Map<string, Known>()

  constructor(
    private readonly store: Pick<DefinitionStore, 'find' | 'publish'>,
    private readonly clock: Pick<Clock, 'monotonicMs'>,
  ) {}

  async publish(definitions: readonly PublishedDefinition[]): Promise<void> {
    try {
      await this.store.publish(definitions)
    } finally {
      this.known = new Map()
    }
  }

  /** As the store answers; of a definition that is there already perhaps what was published a second ago. */
  async find(refs: readonly DefinitionRef[]): Promise<readonly (PublishedDefinition | null)[]> {
    const { known } = this
    const now = this.clock.monotonicMs()
    const answers = new Map<string, PublishedDefinition | null>()
    const missing: DefinitionRef[] = []
    for (const ref of refs) {
      const name = refOf(ref)
      if (answers.has(name)) continue
      const entry = known.get(name)
      const isFresh = entry !== undefined && now < entry.readAt + MAX_AGE_MS
      answers.set(name, isFresh ? entry.definition : null)
      if (!isFresh) missing.push(ref)
    }
    const found = missing.length === 0 ? [] : await this.store.find(missing)
    missing.forEach((ref, place) => {
      const definition = found[place] ?? null
      answers.set(refOf(ref), definition)
      if (definition !== null) known.set(refOf(ref), { definition, readAt: now })
    })
    return refs.map((ref) => answers.get(refOf(ref)) ?? null)
  }
}
