import type { RunIo } from '../../application/ports/executor.js'
import type { Logger } from '../../application/ports/logger.js'
import type { RunnableJob } from '../../domain/job.js'
import { refOf } from '../../domain/job-definition.js'

/** What a run says goes to the server's own logger and to the log of its job. */
export function runLogger(own: Logger, io: Pick<RunIo, 'log'>): Logger {
  const both =
    (level: 'debug' | 'info' | 'warn' | 'error') =>
    (message: string, fields?: unknown): void => {
      own[level](message, fields)
      io.log(level, String(message), fields)
    }
  return {
    debug: both('debug'),
    info: both('info'),
    warn: both('warn'),
    error: both('error'),
    child: (fields) => runLogger(own.child(fields), io),
  }
}

/**
 * `runLogger` with the fields by which the lines of a run are told apart. Made for the first line of a run: most say nothing.
 *
 * @param within bounds what goes to the server's own logger.
 */
export function loggerOfRun(
  parent: Logger,
  job: RunnableJob,
  io: Pick<RunIo, 'log'>,
  within: (own: Logger) => Logger = (own) => own,
): Logger {
  const { id: jobId, definitionKey: key, definitionVersion: version, attempts: attempt, run } = job
  return runLogger(within(parent.child({ jobId, definition: refOf({ key, version }), attempt, run })), io)
}
