import { expect } from 'chai'
import { z } from 'zod'
import { createJobServer, createMemoryStores, defineJob, systemClock } from '../../src/index.js'
import type { DeclaredSchedule } from '../../src/domain/declared-schedule.js'

describe('createJobServer, of schedules in code', () => {
  const declaring = (declared: DeclaredSchedule<{ n: number }>) =>
    defineJob({
      key: 'declaring',
      version: 2,
      params: z.object({ n: z.number() }),
      schedules: [declared],
      run: ({ n }) => n,
    })

  it('keeps what its definitions declare', async () => {
    const stores = createMemoryStores({ clock: systemClock })
    const definitions = [declaring({ name: 'yearly', cron: '@yearly', params: { n: 1 } })]
    const server = await createJobServer({ stores, definitions, worker: false })
    await server.start()
    const { schedules } = await stores.schedules.list({ limit: 9, offset: 0 })
    await server.stop()
    expect(schedules).to.have.length(1)
    expect(schedules[0]).to.deep.include({ name: 'yearly', definitionVersion: 2, params: { n: 1 } })
  })

  const fine = { name: 'yearly', cron: '@yearly', params: { n: 1 } }
  const refused: readonly [string, object, RegExp][] = [
    [
      'an expression that is none',
      { cron: '0 61 * * *' },
      /^declaring@2 cannot declare the schedule yearly: cron .*61/,
    ],
    ['params that do not fit', { params: { n: 'x' } }, /yearly: params\/n /],
    ['a zone that is none', { timezone: 'Mars/X' }, /yearly: timezone /],
    ['two cadences', { everySeconds: 5 }, /yearly: cron needs exactly one/],
    ['a member that nobody knows', { evrySeconds: 5 }, /yearly: evrySeconds is not known/],
    ['a date that no store takes', { endsAt: new Date(8.64e15) }, /yearly: endsAt must be in the years 0001/],
    ['a date as text', { startsAt: '2026-01-01' }, /yearly: startsAt /],
    ['an overlap that is none', { overlap: 'queue' }, /yearly: overlap /],
    ['no name', { name: '' }, /each of schedules must have a name/],
  ]
  for (const [what, part, flaw] of refused)
    it(`refuses ${what} before anything runs`, async () => {
      const definitions = [declaring({ ...fine, ...part })]
      const error = await createJobServer({ definitions }).catch((reason: unknown) => reason)
      expect(error).to.include({ code: 'validation-error' })
      expect((error as Error).message).to.match(flaw)
    })
})
