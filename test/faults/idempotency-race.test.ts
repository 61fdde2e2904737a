import { expect } from 'chai'
import { storesWanted } from '../contract/stores-wanted.js'
import { get, post, Workplace } from '../e2e/support/workplace.js'
import { createDatabase, type Database } from '../support/postgres-databases.js'

const ROUNDS = 100
const AT_ONCE = 64

if (storesWanted().has('postgres')) {
  describe('an idempotency key that 64 requests bring at once', function () {
    this.timeout(180_000)
    let place: Workplace
    let database: Database
    beforeEach(async () => {
      place = new Workplace()
      database = await createDatabase()
    })
    afterEach(async () => {
      await place.close()
      await database.drop()
    })

    it('makes one job each time, through two API processes, and answers 201 or 200 only', async () => {
      const env = { DATABASE_URL: database.url }
      const apis = await Promise.all([place.run('api', env).ready(), place.run('api', env).ready()])
      for (let round = 0; round < ROUNDS; round += 1) {
        const body = {
          definitionKey: 'echo',
          params: { message: 'Hello' },
          idempotencyKey: `key-${round}`,
        }
        const answers = await Promise.all(
          Array.from({ length: AT_ONCE }, (_, n) => post(`${apis[n % 2]}/v1/jobs`, body)),
        )
        expect(new Set(answers.map((answer) => answer.body['jobId'])).size).to.equal(1)
        const statuses = answers.map(({ status }) => status).sort()
        expect(statuses).to.deep.equal([...Array<number>(AT_ONCE - 1).fill(200), 201])
      }
      const { total } = await get<{ total: number }>(`${apis[0]}/v1/jobs?limit=1`)
      expect(total).to.equal(ROUNDS)
    })
  })
}
