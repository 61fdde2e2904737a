// All roles in one process with the database in memory, which no role can be told to use. Prints the line that a role prints.
import { createJobServer } from '../../dist/src/index.js'
import * as definitions from './definitions.mjs'

process.once('SIGINT', () => process.exit(0))
const server = await createJobServer({
  database: 'memory',
  definitions: Object.values(definitions).filter(({ isolation }) => isolation === 'inline'),
  worker: { slots: Number(process.env.MAX_CONCURRENT_EXECUTIONS) },
  http: { port: 0 },
})
await server.start()
console.log(JSON.stringify({ message: 'ready', url: server.url }))
