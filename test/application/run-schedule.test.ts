import { expect } from 'chai'
import { createMemoryStores } from '../../src/adapters/memory/memory-stores.js'
import { JobRegistry } from '../../src/application/job-registry.js'
import { RunSchedule } from '../../src/application/run-schedule.js'
import { aDefinition, aSchedule } from '../support/factories.js'
import { FakeClock } from '../support/fake-clock.js'
import { uuid } from '../support/ids.js'
import { hintsOf } from '../support/recording.js'

describe('RunSchedule', () => {
  it('makes a job at once, whatever the schedule says of its slots, and writes no tick', async () => {
    const clock = new FakeClock()
    const { schedules, definitions, jobs, notifier, queries } = createMemoryStores({ clock })
    await definitions.publish([aDefinition(), aDefinition({ version: 2, defaultMaxAttempts: 7 })])
    const schedule = aSchedule({
      definitionVersion: null,
      params: { a: 1 },
      priority: 4,
      maxAttempts: null,
      enabled: false,
      nextRunAt: null,
      overlap: 'skip',
      endsAt: clock.in(-1),
    })
    await schedules.create([schedule])
    const hints = hintsOf(notifier)
    let next = 100
    const run = new RunSchedule(schedules, definitions, new JobRegistry(), jobs, notifier, clock, () =>
      uuid(next++),
    )

    for (const id of [uuid(100), uuid(101)]) {
      const job = await run.execute(schedule.id)
      expect(job).to.deep.include({
        id,
        status: 'queued',
        params: { a: 1 },
        priority: 4,
        scheduleId: schedule.id,
      })
      expect(job).to.deep.include({ definitionVersion: 2, maxAttempts: 7, runAt: clock.now() })
    }
    expect((await queries.list({}, { limit: 9, offset: 0 })).total).to.equal(2)
    expect(hints).to.deep.equal([['work'], ['work']])
    expect(await schedules.ticks(schedule.id, { limit: 9, before: null })).to.deep.equal([])
    expect(await schedules.get(schedule.id)).to.deep.equal(schedule)
  })

  it('refuses what cannot be a job any more', async () => {
    const clock = new FakeClock()
    const { schedules, definitions, jobs, notifier } = createMemoryStores({ clock })
    await schedules.create([aSchedule()])
    const run = new RunSchedule(schedules, definitions, new JobRegistry(), jobs, notifier, clock, () =>
      uuid(100),
    )
    const codeOf = (id: string): Promise<unknown> =>
      run.execute(id).catch((error: unknown) => (error as { code: unknown }).code)
    expect(await codeOf(uuid(9))).to.equal('schedule-not-found')
    expect(await codeOf(aSchedule().id)).to.equal('unknown-definition')
  })
})
