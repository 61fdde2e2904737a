import type { RunIo } from '../../application/ports/executor.js'
import type { ActiveJob } from '../../domain/job.js'
import type { JobWriter } from './job-writer.js'
import type { LogWriter } from './log-writer.js'

/** Where what a run says while it goes on is written. */
export class RunOutput implements RunIo {
  constructor(
    private readonly job: ActiveJob,
    private readonly to: { readonly writer: JobWriter; readonly logs: LogWriter },
  ) {}

  emit(event: Parameters<RunIo['emit']>[0]): Promise<void> {
    return this.to.writer.append({ lease: this.job.lease, ...event })
  }

  log(...line: Parameters<RunIo['log']>): void {
    this.to.logs.add(this.job, ...line)
  }
}
