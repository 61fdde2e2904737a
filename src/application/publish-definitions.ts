import type { JobRegistry, JsonSchemaOf } from './job-registry.js'
import type { DefinitionStore } from './ports/definition-store.js'
import type { Notifier } from './ports/notifier.js'

/** Tells the cluster what this process's registry holds; waiting jobs of a raised limit or a new version get their hint. */
export class PublishDefinitions {
  constructor(
    private readonly registry: JobRegistry,
    private readonly definitions: Pick<DefinitionStore, 'publish'>,
    private readonly notifier: Notifier,
    private readonly jsonSchemaOf: JsonSchemaOf,
  ) {}

  /** @returns how many definitions were published. */
  async execute(): Promise<number> {
    const published = this.registry.published(this.jsonSchemaOf)
    if (published.length === 0) return 0
    await this.definitions.publish(published)
    this.notifier.hint([...new Set(published.map(({ key }) => key))])
    return published.length
  }
}
