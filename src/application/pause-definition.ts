import { JobServerError } from '../domain/errors.js'
import type { DefinitionStore } from './ports/definition-store.js'
import type { Notifier } from './ports/notifier.js'

/**
 * Stops and resumes all versions of a definition, for every worker and until it is resumed: restarts and publications, of new
 * versions too, leave a pause alone. No claim that begins after a pause was answered hands out a job; running jobs finish.
 */
export class PauseDefinition {
  constructor(
    private readonly definitions: Pick<DefinitionStore, 'setPaused'>,
    private readonly notifier: Notifier,
  ) {}

  /** Repeating it is harmless. @throws JobServerError `definition-not-found`. */
  async execute(key: string, paused: boolean): Promise<void> {
    const versions = await this.definitions.setPaused(key, paused)
    if (versions === 0)
      throw new JobServerError('definition-not-found', 'there is no definition with this key')
    if (!paused) this.notifier.hint([key])
  }
}
