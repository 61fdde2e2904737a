import type { Client, ClientBase } from 'pg'

const LIMITS = [
  'statement_timeout',
  'idle_in_transaction_session_timeout',
  'idle_session_timeout',
  'transaction_timeout',
]

/**
 * Lets the session take its time, whatever the defaults of its role are; asks for nothing that an older server does not know. A statement by
 * itself: a transaction that shall choose its isolation has to begin after it.
 */
export const PATIENCE = `select set_config(name, '0', false) from pg_settings where name in ('${LIMITS.join("', '")}')`

/** Instants as the driver understands them, and as `utcInstant` reads them quickest, whatever the defaults of the database are. */
export const READABLE = "set datestyle = 'ISO'; set timezone = 'UTC'"

type Done = (error: Error | null, connection: ClientBase) => void

/**
 * What Knex's pool does with each new connection, so that it serves only with these settings.
 *
 * @param onOpen called with each that does.
 */
export function afterCreate(
  settings: string,
  onOpen: (connection: ClientBase) => void = () => undefined,
): (connection: ClientBase, done: Done) => void {
  return (connection, done) => {
    connection.query(settings).then(
      () => {
        onOpen(connection)
        done(null, connection)
      },
      (error: unknown) => {
        // The pool forgets it without closing it.
        ;(connection as Client).end().catch(() => undefined)
        done(error as Error, connection)
      },
    )
  }
}
