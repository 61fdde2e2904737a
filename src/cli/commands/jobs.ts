import type { Command } from 'commander'
import { isApiError, isFinal, type AnswerOf, type QueryOf, type Schemas } from '../../client/index.js'
import { instant, integer, seconds } from '../arguments.js'
import { EXIT, exitCodeOfJob, explained } from '../exit.js'
import { follow } from '../follow.js'
import { textOf, type Column } from '../output.js'
import type { Session } from '../session.js'

const COLUMNS: readonly Column<Schemas['JobSummary']>[] = [
  { head: 'job', of: ({ jobId }) => jobId },
  {
    head: 'definition',
    of: ({ definitionKey, definitionVersion }) => `${definitionKey}@${definitionVersion}`,
  },
  { head: 'status', of: ({ status }) => status },
  { head: 'attempts', of: ({ attempts, maxAttempts }) => `${attempts}/${maxAttempts}` },
  { head: 'queued', of: ({ queuedAt }) => queuedAt },
  { head: 'error', of: ({ errorSummary }) => errorSummary },
]

/** How often logs are asked for while a job runs. */
const LOGS_EVERY_MS = 1_000
const LOGS_PAGE = 1_000

export function addJobs(program: Command, session: Session): void {
  const jobs = program.command('jobs').description('look at jobs and end them')
  jobs
    .command('list')
    .description('newest first')
    .option('--status <status>', 'one or several, comma separated')
    .option('--definition-key <key>')
    .option('--created-after <instant>', 'accepted then or later', instant)
    .option('--created-before <instant>', 'accepted before', instant)
    .option('-q, --q <text>', 'an id or its beginning, an idempotency key, or words of the error')
    .option('--limit <n>', '1–1000', integer, 20)
    .option('--cursor <cursor>', 'nextCursor of the page before')
    .action((query: QueryOf<'listJobs'>) => list(session, query))
  jobs
    .command('get <jobId>')
    .description('everything about one job')
    .action(async (jobId: string) => session.output.one(await session.client.jobs.get(jobId)))
  jobs
    .command('watch <jobId>')
    .description('show its events until it is final; the exit code tells how it ended')
    .option('--timeout <s>', 'longest wait', seconds)
    .action(async (jobId: string, { timeout }: { timeout?: number }) => {
      const job = session.client.jobs.handle(jobId)
      const end = await follow(session, job, { follow: true, timeoutSeconds: timeout })
      session.output.one(end)
      session.exitCode = exitCodeOfJob(end.status)
    })
  jobs
    .command('cancel <jobId...>')
    .description('ask for their end')
    .action((ids: string[]) => cancel(session, ids))
  jobs
    .command('logs <jobId>')
    .description('what its runs logged and printed')
    .option('--run <n>', 'only this run', integer)
    .option('--follow', 'until the job is final')
    .action((jobId: string, options: { run?: number; follow?: true }) => logs(session, jobId, options))
  jobs
    .command('explain <jobId>')
    .description('why it is not running')
    .action(async (jobId: string) => {
      const answer = await session.client.jobs.handle(jobId).explain()
      session.output.list(answer, answer.reasons, [
        { head: 'reason', of: ({ code }) => code },
        { head: 'message', of: ({ message }) => message },
      ])
    })
}

/** Each of them: the one that is over already says nothing about the others. */
async function cancel(session: Session, ids: readonly string[]): Promise<void> {
  for (const jobId of ids)
    try {
      session.output.one(await session.client.jobs.cancel(jobId))
    } catch (error) {
      if (!isApiError(error)) throw error
      session.output.note(`error: ${jobId}: ${explained(error, session.url)}`)
      session.exitCode = EXIT.failed
    }
}

async function list(session: Session, query: QueryOf<'listJobs'>): Promise<void> {
  const page = await session.client.jobs.list(query)
  session.output.list(page, page.jobs, COLUMNS)
  if (session.output.format === 'table' && page.nextCursor !== null)
    session.output.note(
      `${page.jobs.length} of ${page.total}${page.totalIsCapped ? ' or more' : ''}; the next: --cursor ${page.nextCursor}`,
    )
}

async function logs(
  session: Session,
  jobId: string,
  options: { run?: number; follow?: true },
): Promise<void> {
  const job = session.client.jobs.handle(jobId)
  const { run, follow: followed } = options
  for (let after = 0; ;) {
    // Asked first: what is logged before the end is there when the end is seen.
    const ended = followed === undefined || isFinal((await job.get()).status)
    const page = await job.logs({ after, limit: LOGS_PAGE, ...(run === undefined ? {} : { run }) })
    for (const line of page.lines) tellLine(session, line)
    after = page.lines.at(-1)?.id ?? after
    if (page.lines.length === LOGS_PAGE) continue
    if (ended) return
    await new Promise((resolve) => setTimeout(resolve, LOGS_EVERY_MS))
  }
}

function tellLine({ output, io }: Session, line: AnswerOf<'listJobLogs'>['lines'][number]): void {
  if (output.format !== 'table') {
    output.line(line)
    return
  }
  const { at, run, level, message, fields } = line
  const facts = Object.keys(fields).length === 0 ? '' : `  ${JSON.stringify(fields)}`
  io.out(`${at}  run ${run}  ${level.padEnd(5)}  ${textOf(message)}${facts}\n`)
}
