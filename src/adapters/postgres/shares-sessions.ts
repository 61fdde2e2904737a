import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { portError } from './postgres-errors.js'

const WAIT_MS = 10_000
const NAME = 'job_server.session'

/**
 * Whether one client finds what another has set: a pooler that lends by transaction stands before the database. What is prepared or listened to
 * there, and how long a statement may take, is somebody else's a moment later.
 *
 * @throws StorageUnavailableError when the database does not answer, or refuses the login.
 */
export async function sharesSessions(url: string): Promise<boolean> {
  const clients = [clientOf(url), clientOf(url)] as const
  const [one, other] = clients
  try {
    await Promise.all(clients.map((client) => client.connect()))
    const mark = randomUUID()
    await one.query(`select set_config('${NAME}', '${mark}', false)`)
    const found = await markIn(other)
    return found === mark || (await markIn(one)) !== mark
  } catch (error) {
    throw portError(error)
  } finally {
    await Promise.all(clients.map((client) => client.end().catch(() => undefined)))
  }
}

function clientOf(url: string): pg.Client {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: WAIT_MS,
    query_timeout: WAIT_MS,
  })
  // The query that is under way tells the same error; without a listener the process would end.
  client.on('error', () => undefined)
  return client
}

async function markIn(client: pg.Client): Promise<string | null> {
  const { rows } = await client.query<{ mark: string | null }>(
    `select current_setting('${NAME}', true) as mark`,
  )
  return rows[0]?.mark ?? null
}
