import { expect } from 'chai'
import fc from 'fast-check'
import {
  decideFiring,
  madeUpFor,
  makesJob,
  type FiringDecision,
  type OpenSlots,
} from '../../src/domain/firing.js'
import { OVERLAPS, type Overlap, type Schedule } from '../../src/domain/schedule.js'
import { aSchedule, NOON } from '../support/factories.js'

const at = (seconds: number): Date => new Date(NOON.getTime() + seconds * 1_000)
const NOW = at(100)

function slots(facts: Partial<OpenSlots> = {}): OpenSlots {
  return { missed: null, late: [], onTime: [], until: NOW, next: at(160), ...facts }
}

/** What becomes of slots, in short: `seconds outcome`. */
function decided(schedule: Partial<Schedule>, open: readonly string[], given: Partial<OpenSlots>) {
  const decision = decideFiring(aSchedule(schedule), open, slots(given), NOW)
  return decision === null ? null : shortOf(decision)
}

function shortOf({ ticks, waitingSlot }: FiringDecision): string[] {
  const short = (date: Date): number => (date.getTime() - NOON.getTime()) / 1_000
  const waits = waitingSlot === null ? [] : [`${short(waitingSlot)} waits`]
  return [...ticks.map(({ slot, outcome }) => `${short(slot)} ${outcome}`), ...waits]
}

describe('decideFiring', () => {
  const onTime = [at(40), at(60), at(80)]
  const table: readonly (readonly [
    Overlap,
    string,
    Partial<Schedule>,
    readonly string[],
    readonly string[],
  ])[] = [
    ['allow', 'fires each slot', {}, [], ['40 fired', '60 fired', '80 fired']],
    ['allow', 'does not care for open jobs', {}, ['j'], ['40 fired', '60 fired', '80 fired']],
    ['skip', 'fires one, which is open for the others', {}, [], ['40 fired', '60 skipped', '80 skipped']],
    ['skip', 'skips all while a job is open', {}, ['j'], ['40 skipped', '60 skipped', '80 skipped']],
    ['queue_one', 'fires one, and one waits', {}, [], ['40 fired', '80 skipped', '60 waits']],
    [
      'queue_one',
      'lets the first wait while a job is open',
      {},
      ['j'],
      ['60 skipped', '80 skipped', '40 waits'],
    ],
    [
      'queue_one',
      'lets none wait beside the one that does',
      { waitingSlot: at(20) },
      ['j'],
      ['40 skipped', '60 skipped', '80 skipped', '20 waits'],
    ],
    [
      'queue_one',
      'fires the one that waits as soon as no job is open, and lets the next wait',
      { waitingSlot: at(20) },
      [],
      ['20 fired', '60 skipped', '80 skipped', '40 waits'],
    ],
    ['cancel_previous', 'fires only the last', {}, [], ['40 skipped', '60 skipped', '80 fired']],
    ['cancel_previous', 'fires while a job is open', {}, ['j'], ['40 skipped', '60 skipped', '80 fired']],
    [
      'skip',
      'skips one that waited under another rule',
      { waitingSlot: at(20) },
      ['j'],
      ['20 skipped', '40 skipped', '60 skipped', '80 skipped'],
    ],
    [
      'allow',
      'fires one that waited under another rule',
      { waitingSlot: at(20) },
      ['j'],
      ['20 fired', '40 fired', '60 fired', '80 fired'],
    ],
  ]
  for (const [overlap, behaviour, facts, open, expected] of table)
    it(`with ${overlap} ${behaviour}`, () => {
      expect(decided({ ...facts, overlap }, open, { onTime })).to.deep.equal(expected)
    })

  it('cancels what is open before a slot of cancel_previous, and nothing when there is no slot', () => {
    const schedule = aSchedule({ overlap: 'cancel_previous' })
    expect(decideFiring(schedule, ['i', 'j'], slots({ onTime }), NOW)?.cancels).to.deep.equal(['i', 'j'])
    expect(decideFiring(schedule, ['i', 'j'], slots(), NOW)?.cancels).to.deep.equal([])
    expect(decideFiring(aSchedule(), ['i'], slots({ onTime }), NOW)?.cancels).to.deep.equal([])
  })

  it('makes up for late slots, and tells all missed ones by one tick', () => {
    const missed = { first: at(-900), count: 14, isMore: false }
    const given = { missed, late: [at(0)], onTime: [at(60)] }
    expect(decided({}, [], given)).to.deep.equal(['-900 missed', '0 caught_up', '60 fired'])
    const decision = decideFiring(aSchedule({ catchUp: 'skip' }), [], slots(given), NOW)
    const [tick] = decision?.ticks ?? []
    expect(tick?.reason).to.equal(
      '14 slots from 2026-01-01T11:45:00.000Z on: no scheduler was there in time, and catchUp is skip',
    )
    expect(tick?.delayMs).to.equal(1_000_000)
  })

  it('gives every tick but a fired one its reason', () => {
    for (const overlap of OVERLAPS) {
      const schedule = aSchedule({ overlap, waitingSlot: at(20) })
      const given = { missed: { first: at(-9), count: 1, isMore: true }, late: [at(0)], onTime }
      for (const { outcome, reason } of decideFiring(schedule, ['j'], slots(given), NOW)?.ticks ?? [])
        expect(reason === null, `${overlap} ${outcome}`).to.equal(outcome === 'fired')
    }
  })

  it('changes nothing while the same slot waits and no other is due', () => {
    const facts = { overlap: 'queue_one', waitingSlot: at(20), nextRunAt: at(160) } as const
    expect(decided(facts, ['j'], {})).to.equal(null)
  })

  it('corrects when the next slot is, when the calendar has come to another one', () => {
    expect(decideFiring(aSchedule({ nextRunAt: NOW }), [], slots(), NOW)).to.deep.include({
      nextRunAt: at(160),
      decidedUntil: NOW,
      ticks: [],
    })
  })

  it('gives each slot one fate: a tick, or to wait; and never makes two jobs of one that excludes it', () => {
    const seconds = fc.uniqueArray(fc.integer({ min: 21, max: 100 }), { maxLength: 12 })
    const facts = fc.record({
      overlap: fc.constantFrom(...OVERLAPS),
      waits: fc.boolean(),
      open: fc.array(fc.constantFrom('i', 'j'), { maxLength: 2 }),
      seconds,
      late: fc.nat(12),
    })
    fc.assert(
      fc.property(facts, ({ overlap, waits, open, seconds: given, late }) => {
        const all = given.sort((a, b) => a - b).map(at)
        const schedule = aSchedule({ overlap, waitingSlot: waits ? at(20) : null })
        const open_ = slots({ late: all.slice(0, late), onTime: all.slice(late) })
        const decision = decideFiring(schedule, open, open_, NOW)
        if (decision === null) return
        const fates = [
          ...decision.ticks.map(({ slot }) => slot),
          ...(decision.waitingSlot === null ? [] : [decision.waitingSlot]),
        ]
        const expected = [...(waits ? [at(20)] : []), ...all]
        expect(fates.map(Number).sort()).to.deep.equal(expected.map(Number).sort())
        const jobs = decision.ticks.filter(makesJob).length
        if (overlap === 'allow') expect(jobs).to.equal(expected.length)
        else expect(jobs).to.be.at.most(1)
        if ((overlap === 'skip' || overlap === 'queue_one') && open.length > 0) expect(jobs).to.equal(0)
        if (decision.waitingSlot !== null) expect(overlap).to.equal('queue_one')
      }),
    )
  })
})

describe('madeUpFor', () => {
  it('is none, the last one, or as many as the schedule allows', () => {
    const maxCatchUp = 7
    const catchUps = ['skip', 'last', 'all'] as const
    expect(catchUps.map((catchUp) => madeUpFor({ catchUp, maxCatchUp }))).to.deep.equal([0, 1, 7])
  })
})
