import type { Command } from 'commander'
import type { QueryOf, Schemas } from '../../client/index.js'
import { given, instant, integer } from '../arguments.js'
import { UsageError } from '../exit.js'
import type { Column } from '../output.js'
import type { Session } from '../session.js'

const COLUMNS: readonly Column<Schemas['DeadLetterSummary']>[] = [
  { head: 'dead letter', of: ({ dlqJobId }) => dlqJobId },
  {
    head: 'definition',
    of: ({ definitionKey, definitionVersion }) => `${definitionKey}@${definitionVersion}`,
  },
  { head: 'reason', of: ({ reason }) => reason },
  { head: 'since', of: ({ movedToDlqAt }) => movedToDlqAt },
  { head: 'retried as', of: ({ retriedJobId }) => retriedJobId },
  { head: 'error', of: ({ errorSummary }) => errorSummary },
]

interface Filter {
  readonly all?: true
  readonly definitionKey?: string
  readonly errorContains?: string
  readonly before?: string
  readonly dryRun?: true
}

export function addDeadLetters(program: Command, session: Session): void {
  const dlq = program
    .command('dlq')
    .description('look at dead letters, jobs that were given up, and retry them')
  filtered(dlq.command('list').description('newest first'))
    .option('--limit <n>', '1–1000', integer, 20)
    .option('--offset <n>', 'how many to pass over', integer)
    .action(async (query: QueryOf<'listDeadLetters'>) => {
      const page = await session.client.deadLetters.list(query)
      session.output.list(page, page.jobs, COLUMNS)
    })
  dlq
    .command('show <dlqJobId>')
    .description('one, with the error of every attempt')
    .action(async (dlqJobId: string) => session.output.one(await session.client.deadLetters.get(dlqJobId)))
  bulk(dlq.command('retry [dlqJobId...]').description('make new jobs of them, each once'))
    .option('--max-attempts <n>', 'of one new job', integer)
    .action((ids: string[], { maxAttempts, ...filter }: Filter & { maxAttempts?: number }) =>
      retry(session, ids, filter, maxAttempts),
    )
  bulk(dlq.command('discard [dlqJobId...]').description('put them aside; their jobs stay failed')).action(
    async (ids: string[], filter: Filter) =>
      session.output.one(await session.client.deadLetters.discardAll(selection(ids, filter))),
  )
}

function filtered(command: Command): Command {
  return command
    .option('--definition-key <key>')
    .option('--error-contains <text>', 'a part of the error')
    .option('--before <instant>', 'only those that were moved here before', instant)
}

function bulk(command: Command): Command {
  return filtered(command).option('--all', 'every one').option('--dry-run', 'only count them')
}

async function retry(
  session: Session,
  ids: readonly string[],
  filter: Filter,
  maxAttempts: number | undefined,
): Promise<void> {
  const { deadLetters } = session.client
  const [id] = ids
  const isNarrowed = Object.keys(given({ ...filter, all: undefined })).length > 0
  if (ids.length === 1 && id !== undefined && !isNarrowed) {
    session.output.one(await deadLetters.retry(id, given({ maxAttempts })))
    return
  }
  if (maxAttempts !== undefined) throw new UsageError('--max-attempts goes with the id of one dead letter')
  session.output.one(await deadLetters.retryAll(selection(ids, filter)))
}

function selection(ids: readonly string[], { dryRun, ...filter }: Filter) {
  const what = given({ ...filter, ids: ids.length === 0 ? undefined : [...ids] })
  if (Object.keys(what).length === 0)
    throw new UsageError('say which: ids, --definition-key, --error-contains, --before, or --all')
  return { filter: what, ...given({ dryRun }) }
}
