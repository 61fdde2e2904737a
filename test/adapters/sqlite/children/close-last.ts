import { StatementThread } from '../../../../src/adapters/sqlite/statement-thread.js'

const [path = ''] = process.argv.slice(2)
const thread = new StatementThread(path, 'reads')
await thread.all('select 1', [])
thread.all('select 1', []).catch(() => undefined)
// Until it has been answered, without having heard of it.
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500)
await thread.close()
// Nothing else keeps this process alive: one that ends before it comes here has another exit code.
process.disconnect()
