import { migrateSqlite } from '../../../../src/adapters/sqlite/sqlite-stores.js'

const [path = ''] = process.argv.slice(2)
// All start at one moment, when the test has seen each of them ready.
process.once('message', () => {
  void migrateSqlite(path).then((ran) => {
    process.send?.(ran, () => {
      process.disconnect()
    })
  })
})
process.send?.('ready')
