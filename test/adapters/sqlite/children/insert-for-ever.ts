import { openSqliteStores } from '../../../../src/adapters/sqlite/sqlite-stores.js'
import { silentLogger } from '../../../../src/application/ports/logger.js'
import { newJob } from '../../../../src/domain/job.js'
import { aRequest } from '../../../support/factories.js'
import { sequentialIds } from '../../../support/ids.js'

const [path = ''] = process.argv.slice(2)
const stores = await openSqliteStores({ path, logger: silentLogger })
const newId = sequentialIds()
for (;;) {
  const jobs = Array.from({ length: 50 }, () =>
    newJob(aRequest({ params: { text: 'x'.repeat(500) } }), newId(), new Date()),
  )
  await stores.jobs.insert(jobs)
  process.send?.(jobs.map(({ id }) => id))
}
