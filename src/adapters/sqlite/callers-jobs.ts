import Database from 'better-sqlite3'
import type { InsertAnswer, JobStore } from '../../application/ports/job-store.js'
import type { NewJob } from '../../domain/job.js'
import type { Row } from '../sql/dialect.js'
import type { KnexTransaction } from '../sql/knex-transaction.js'
import { DeltaTally } from './delta-tally.js'
import { insertJob } from './insert-job.js'
import { savepoint } from './savepoint.js'
import type { Statements } from './sqlite-connection.js'
import { isDataError, portError } from './sqlite-errors.js'

/** Adds jobs inside a caller's transaction, in one turn: nothing of the caller's comes between. */
export function callersJobs(transaction: KnexTransaction): Pick<JobStore, 'insert'> {
  return {
    async insert(jobs) {
      const db = new CallersHandle(ownHandle(await transaction.client.acquireConnection()))
      try {
        return savepoint(db, () => insertEach(db, jobs))
      } catch (error) {
        throw portError(error)
      }
    },
  }
}

/** Each copy takes its locks for those of the process, sees none of the other's, and lets go of them all when it closes the file. */
function ownHandle(connection: unknown): Database.Database {
  if (connection instanceof Database) return connection
  throw new TypeError(
    "the transaction is of another copy of better-sqlite3 than this job server's: in one process they write over each other; install the version that job-server needs, so that there is one",
  )
}

function insertEach(db: CallersHandle, jobs: readonly NewJob[]): readonly InsertAnswer[] {
  const tally = new DeltaTally(db)
  const answers = jobs.map((job): InsertAnswer => {
    try {
      return savepoint(db, () => insertJob(db, job, tally))
    } catch (error) {
      if (!isDataError(error)) throw error
      return { outcome: 'rejected', reason: 'the database cannot hold its values' }
    }
  })
  tally.write()
  return answers
}

class CallersHandle implements Statements {
  private readonly statements = new Map<string, Database.Statement>()

  constructor(private readonly db: Database.Database) {}

  get inTransaction(): boolean {
    return this.db.inTransaction
  }

  get(sql: string, ...bindings: readonly unknown[]): Row | undefined {
    return this.statement(sql).get(...bindings) as Row | undefined
  }

  run(sql: string, ...bindings: readonly unknown[]): number {
    return this.statement(sql).run(...bindings).changes
  }

  private statement(sql: string): Database.Statement {
    const known = this.statements.get(sql)
    if (known !== undefined) return known
    const statement = this.db.prepare(sql).safeIntegers(false)
    this.statements.set(sql, statement)
    return statement
  }
}
