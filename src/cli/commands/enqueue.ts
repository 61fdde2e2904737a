import type { Command } from 'commander'
import { isApiError, type JobRequest } from '../../client/index.js'
import { given, instant, integer, param, paramsOf, seconds } from '../arguments.js'
import { exitCodeOfJob } from '../exit.js'
import { follow } from '../follow.js'
import type { Session } from '../session.js'
import { similarTo } from '../similar.js'

interface EnqueueOptions {
  readonly param?: Readonly<Record<string, unknown>>
  readonly params?: string
  readonly definitionVersion?: number
  readonly priority?: number
  readonly maxAttempts?: number
  readonly delaySeconds?: number
  readonly runAt?: string
  readonly idempotencyKey?: string
  readonly wait?: true
  readonly follow?: true
  readonly timeout?: number
}

export function addEnqueue(program: Command, session: Session): void {
  program
    .command('enqueue <definition>')
    .description('start a job, and wait for it if you like')
    .option('-p, --param <name=value>', 'a param: JSON, else text; may be repeated', param)
    .option('--params <json>', 'all params as a JSON object; - reads standard input')
    .option('--definition-version <n>', 'default: the newest', integer)
    .option('--priority <n>', 'higher runs first', integer)
    .option('--max-attempts <n>', "default: the definition's", integer)
    .option('--delay-seconds <s>', 'not before this time is over', seconds)
    .option('--run-at <instant>', 'not before this instant', instant)
    .option('--idempotency-key <key>', 'the same key makes one job')
    .option('--wait', 'until the job is final; the exit code tells how it ended')
    .option('--follow', 'wait, and show its events and progress')
    .option('--timeout <s>', 'longest wait', seconds)
    .action((definition: string, options: EnqueueOptions) => enqueue(session, definition, options))
}

async function enqueue(session: Session, definitionKey: string, options: EnqueueOptions): Promise<void> {
  const { wait, follow: shown, timeout, param: _param, params: _params, ...facts } = options
  const request = given({ ...facts, definitionKey, params: await paramsOf(options, session.io) })
  const job = await session.client.jobs
    .create(request as JobRequest<Record<string, unknown>>)
    .catch(async (error: unknown) => {
      if (isApiError(error, 'unknown-definition')) await suggestDefinition(session, definitionKey)
      throw error
    })
  if (wait === undefined && shown === undefined) {
    session.output.one({ jobId: job.jobId })
    return
  }
  const end = await follow(session, job, { follow: shown === true, timeoutSeconds: timeout })
  session.output.one(end)
  session.exitCode = exitCodeOfJob(end.status)
}

async function suggestDefinition(session: Session, key: string): Promise<void> {
  const known = await session.client.definitions.list().catch(() => [])
  const meant = similarTo(
    key,
    known.map((definition) => definition.key),
  )
  if (meant !== null) session.output.note(`Did you mean ${meant}?`)
}
