import { openSqliteStores } from '../../../../src/adapters/sqlite/sqlite-stores.js'
import { silentLogger } from '../../../../src/application/ports/logger.js'

const [path = ''] = process.argv.slice(2)
const stores = await openSqliteStores({ path, logger: silentLogger })
stores.notifier.subscribe(() => undefined)
const { total } = await stores.queries.list({}, { limit: 10, offset: 0 })
// Nothing is closed: neither the thread nor the timers may keep this process alive.
process.send?.(total)
process.disconnect()
