import { expect } from 'chai'
import fc from 'fast-check'
import pg from 'pg'
import { jsonArray, instantArray, plainArray } from '../../../src/adapters/postgres/array-literals.js'
import { utcInstant, VALUE_TYPES } from '../../../src/adapters/postgres/value-types.js'
import { storesWanted } from '../../contract/stores-wanted.js'
import { createDatabase, execute, type Database } from '../../support/postgres-databases.js'

const { TIMESTAMPTZ } = pg.types.builtins

describe('values of PostgreSQL', () => {
  it('are the instants that the driver would read, to the millisecond', () => {
    const driver = pg.types.getTypeParser(TIMESTAMPTZ) as (text: string) => Date
    const written = fc.tuple(
      fc.date({
        min: new Date('0100-01-01T00:00:00Z'),
        max: new Date('9999-12-31T23:59:59Z'),
        noInvalidDate: true,
      }),
      fc.integer({ min: 0, max: 999_999 }),
    )
    fc.assert(
      fc.property(written, ([date, micros]) => {
        const fraction = String(micros).padStart(6, '0').replace(/0+$/, '')
        const second = date.toISOString().slice(0, 19).replace('T', ' ')
        const text = `${second}${fraction === '' ? '' : `.${fraction}`}+00`
        expect(utcInstant(text), text).to.deep.equal(driver(text))
      }),
    )
  })

  it('are read by the driver where they are written in another way', () => {
    const read = VALUE_TYPES.getTypeParser(TIMESTAMPTZ) as (text: string) => unknown
    for (const text of [
      '2026-01-01 12:00:00.5+02',
      '2026-01-01 12:00:00+05:30',
      '0044-03-15 12:00:00+00 BC',
      '12026-01-01 00:00:00+00',
    ])
      expect(utcInstant(text), text).to.equal(null)
    expect(read('2026-01-01 12:00:00.5+02')).to.deep.equal(new Date('2026-01-01T10:00:00.500Z'))
    expect(read('infinity')).to.equal(Infinity)
  })
})

if (storesWanted().has('postgres')) {
  describe('array parameters', () => {
    let database: Database

    before(async () => {
      database = await createDatabase()
    })
    after(async () => {
      await database.drop()
    })

    async function sent(type: string, literal: string): Promise<unknown> {
      const [row] = await execute(database.url, `select to_jsonb($1::${type}[]) as a`, [literal])
      return row?.['a']
    }

    it('bring every JSON value as it is', async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(fc.json()), async (texts) => {
          const kept = texts.filter(
            (text) => !text.includes('\\u0000') && !/\\ud[89a-f]/i.test(text) && text.isWellFormed(),
          )
          expect(await sent('json', jsonArray(kept))).to.deep.equal(
            kept.map((text) => JSON.parse(text) as unknown),
          )
        }),
        { numRuns: 50 },
      )
      const hostile = ['"', '\\', '\\"', '{}', '{,}', 'NULL', 'a,b', '\n\t\b', 'é😀', '']
      expect(
        await sent('jsonb', jsonArray([...hostile.map((text) => JSON.stringify(text)), null])),
      ).to.deep.equal([...hostile, null])
    })

    it('bring numbers, ids, instants, and nulls between them', async () => {
      expect(await sent('bigint', plainArray([1, null, -9_007_199_254_740_991]))).to.deep.equal([
        1,
        null,
        -9_007_199_254_740_991,
      ])
      const id = '00000000-0000-7000-8000-0000000000aa'
      expect(await sent('uuid', plainArray([id, null]))).to.deep.equal([id, null])
      expect(await sent('int', plainArray([]))).to.deep.equal([])
      const [first, second] = (await sent('timestamptz', instantArray([new Date(5), null]))) as [string, null]
      expect([new Date(first), second]).to.deep.equal([new Date(5), null])
    })
  })
}
