import { expect } from 'chai'
import { z } from 'zod'
import { silentLogger } from '../../src/application/ports/logger.js'
import { createJobServer } from '../../src/bootstrap/create-job-server.js'
import { jsonSchemaOf } from '../../src/bootstrap/json-schema.js'
import { storesWanted } from '../contract/stores-wanted.js'
import { createDatabase } from '../support/postgres-databases.js'

const odd = z.object({
  name: z.string().regex(new RegExp('^[^\0]+$')).default('\ud800').describe('no \0'),
  kind: z.enum(['a\0', 'b']).optional(),
})

if (storesWanted().has('postgres'))
  describe('the JSON Schema of params', () => {
    it('is published on PostgreSQL, too, with characters that it cannot hold: the server starts', async () => {
      const database = await createDatabase()
      const definition = { key: 'odd', version: 1, params: odd, run: () => null }
      const server = await createJobServer({
        database: database.url,
        definitions: [definition],
        logger: silentLogger,
      })
      try {
        await server.start()
        const { job } = await server.enqueue({ definitionKey: 'odd', params: { name: 'x' } })
        expect(job.status).to.equal('queued')
      } finally {
        await server.stop()
        await database.drop()
      }
      expect(jsonSchemaOf(odd)).to.have.nested.include({
        'properties.name.pattern': '^[^\uFFFD]+$',
        'properties.name.default': '\uFFFD',
        'properties.kind.enum[0]': 'a\uFFFD',
      })
    })
  })
