import { expect } from 'chai'
import fc from 'fast-check'
import { CronerCalendar } from '../../src/adapters/calendar/croner-calendar.js'
import { openSlots } from '../../src/application/open-slots.js'
import type { OpenSlots } from '../../src/domain/firing.js'
import type { Schedule } from '../../src/domain/schedule.js'
import { aSchedule, NOON } from '../support/factories.js'

const at = (seconds: number): Date => new Date(NOON.getTime() + seconds * 1_000)
const calendar = new CronerCalendar()
const DAY = 86_400

function open(facts: Partial<Schedule>, seconds: number, most = 200): OpenSlots {
  return openSlots(calendar, aSchedule(facts), at(seconds), most)
}

describe('openSlots', () => {
  it('are on time for less than a minute', () => {
    expect(open({}, 119.999)).to.deep.include({ late: [], onTime: [at(60)], next: at(120) })
    expect(open({}, 120)).to.deep.include({ missed: null, late: [at(60)], onTime: [at(120)], next: at(180) })
  })

  it('are those after what is decided, up to now, and leave nothing undecided', () => {
    expect(open({ decidedUntil: at(60) }, 100)).to.deep.equal({
      missed: null,
      late: [],
      onTime: [],
      until: at(100),
      next: at(120),
    })
  })

  it('begin with startsAt and end before endsAt', () => {
    const facts = { everySeconds: 10, startsAt: at(20), endsAt: at(40) }
    expect(open(facts, 50)).to.deep.include({ onTime: [at(20), at(30)], next: null })
  })

  for (const [catchUp, late, missed] of [
    ['skip', 0, 180],
    ['last', 1, 179],
    ['all', 180, 0],
  ] as const)
    it(`after three hours without a scheduler are made up for as ${catchUp} says`, () => {
      const found = open({ catchUp, maxCatchUp: 500 }, 3 * 3_600 + 90, 1_000)
      expect(found.late).to.have.length(late)
      expect(found.late.at(-1) ?? at(10_800)).to.deep.equal(at(10_800))
      expect(found.missed?.count ?? 0).to.equal(missed)
      expect(found.onTime).to.deep.equal([at(10_860)])
    })

  it('are the newest ones, where more are late than may be made up for', () => {
    const found = open({ catchUp: 'all', maxCatchUp: 3 }, 600)
    expect(found.late).to.deep.equal([at(420), at(480), at(540)])
    expect(found.missed).to.deep.equal({ first: at(60), count: 6, isMore: false })
  })

  for (const cron of [null, '* * * * * *', '* * 9-10 * * *'])
    it(`of a year's outage cost no more than a few: ${cron ?? 'every second'}`, () => {
      const cadence = { kind: 'cron', expression: cron ?? '* * * * * *', timezone: 'UTC' } as const
      let asked = 0
      const counting = {
        next: (...args: Parameters<CronerCalendar['next']>) => {
          const slots = calendar.next(...args)
          asked += slots.length
          return slots
        },
      }
      const facts = { cron, everySeconds: cron === null ? 1 : null, catchUp: 'all', maxCatchUp: 100 } as const
      const found = openSlots(counting, aSchedule(facts), at(365 * DAY), 200)
      expect(asked).to.be.below(cron === '* * 9-10 * * *' ? 20_000 : 3_000)
      expect(found.late).to.have.length(100)
      expect(found.missed?.first).to.deep.equal(calendar.next(cadence, NOON, 1)[0])
      if (cron === null) expect(found.missed).to.include({ count: 365 * DAY - 160, isMore: false })
      else
        expect(found.missed).to.include({ isMore: true }).with.property('count').that.is.within(1_000, 1_256)
      const [next] = calendar.next(cadence, found.late.at(-1) ?? NOON, 1)
      expect(found.onTime[0] ?? found.next).to.deep.equal(next)
    })

  it('are decided a portion at a time, in order, and none is lost', () => {
    let schedule = aSchedule({ catchUp: 'all', maxCatchUp: 50 })
    const seen: Date[] = []
    let missed = 0
    for (let portions = 0; portions < 20; portions += 1) {
      const found = openSlots(calendar, schedule, at(6_000), 7)
      seen.push(...found.late, ...found.onTime)
      missed += found.missed?.count ?? 0
      schedule = { ...schedule, decidedUntil: found.until, nextRunAt: found.next }
      if (found.next === null || found.next > at(6_000)) break
    }
    expect(seen).to.deep.equal(Array.from({ length: 51 }, (_, n) => at(3_000 + 60 * n)))
    expect(missed).to.equal(49)
  })

  it('take nothing back when the clock went back', () => {
    expect(open({ decidedUntil: at(300) }, 100)).to.deep.include({
      onTime: [],
      until: at(300),
      next: at(360),
    })
  })

  it('are all accounted for, however long the outage was', () => {
    const facts = fc.record({
      every: fc.integer({ min: 1, max: 90 }),
      seconds: fc.integer({ min: 0, max: 20_000 }),
      maxCatchUp: fc.integer({ min: 1, max: 1_500 }),
    })
    fc.assert(
      fc.property(facts, ({ every, seconds, maxCatchUp }) => {
        const found = open({ everySeconds: every, catchUp: 'all', maxCatchUp }, seconds, Infinity)
        const whole = (date: Date): number => Math.floor(date.getTime() / (every * 1_000))
        const all = whole(at(seconds)) - whole(NOON)
        expect((found.missed?.count ?? 0) + found.late.length + found.onTime.length).to.equal(all)
      }),
    )
  })
})
