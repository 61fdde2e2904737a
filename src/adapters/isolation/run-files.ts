import type { FileStore, FileWorkspace } from '../../application/ports/file-store.js'
import { JobServerError } from '../../domain/errors.js'
import type { FileAnswer, FileRequest } from './messages.js'

/**
 * The worker's side of the files of one run: does what its isolate asks for, so that no isolate needs the keys of a store, and ends
 * all of it with the run, however that ends.
 */
export class RunFiles {
  private workspace: FileWorkspace | null = null
  private over = false

  constructor(private readonly files: Pick<FileStore, 'workspace'>) {}

  /** Never rejects. */
  async answer({ verb, path }: FileRequest): Promise<FileAnswer> {
    if (verb === 'close') {
      await this.closeWorkspace()
      return { value: null }
    }
    if (this.over) return { error: 'the run is over', code: null }
    this.workspace ??= this.files.workspace()
    try {
      return { value: (await this.workspace[verb](path)) ?? null }
    } catch (error) {
      const code = error instanceof JobServerError ? error.code : null
      return { error: error instanceof Error ? error.message : String(error), code }
    }
  }

  /** For the end of the run. Never rejects. */
  async close(): Promise<void> {
    this.over = true
    await this.closeWorkspace()
  }

  private async closeWorkspace(): Promise<void> {
    await this.workspace?.close()
  }
}
