import type { ClientBase } from 'pg'
import type { Row } from '../sql/dialect.js'
import type { KnexTransaction } from '../sql/knex-transaction.js'
import type { Db, Run } from './postgres-db.js'
import { codeOf, portError } from './postgres-errors.js'
import { VALUE_TYPES } from './value-types.js'

const SHOW_LOCK_TIMEOUT = { text: 'show lock_timeout' }
const SET_LOCK_TIMEOUT = { text: "select set_config('lock_timeout', $1, true)" }
const UNDEFINED_TABLE = '42P01'

/**
 * Runs statements inside a caller's transaction, each call in a savepoint of its own: what fails is undone alone. Nothing is repeated: a
 * deadlock is the whole transaction's.
 */
export function callersDb(transaction: KnexTransaction): Db {
  const inSavepoint = async <T>(work: (run: Run) => Promise<T>): Promise<T> => {
    try {
      return await transaction.transaction(async ({ client }) =>
        work(runOn(await client.acquireConnection())),
      )
    } catch (error) {
      if (codeOf(error) === UNDEFINED_TABLE)
        throw new TypeError('the transaction is of a database without the tables of this job server', {
          cause: error,
        })
      throw portError(error)
    }
  }
  return {
    query: (statement, values) => inSavepoint((run) => run(statement, values)),
    transaction: (work) =>
      inSavepoint(async (run) => {
        const [before] = await run(SHOW_LOCK_TIMEOUT, [])
        const result = await work(run)
        // What is set inside a savepoint outlives it, and the rest of the transaction is not ours.
        await run(SET_LOCK_TIMEOUT, [before?.['lock_timeout']])
        return result
      }),
  }
}

/** Without names: what is prepared on a connection stays there, and this one is not ours. Nor is how its owner reads values. */
function runOn(connection: unknown): Run {
  return async ({ text }, values): Promise<readonly Row[]> => {
    const query = { text, values: [...values], types: VALUE_TYPES }
    const { rows } = await (connection as ClientBase).query<Row>(query)
    return rows
  }
}
