import { expect } from 'chai'
import { SqliteClock } from '../../../src/adapters/sqlite/sqlite-clock.js'

describe('the clock of a SQLite store', () => {
  let wall: number
  let steady: number
  let jumps: number
  let clock: SqliteClock
  beforeEach(() => {
    wall = 1_700_000_000_000
    steady = 5_000
    jumps = 0
    clock = new SqliteClock(
      () => (jumps += 1),
      () => wall,
      () => steady,
    )
  })

  it('goes on with the monotonic clock between two looks at the wall', () => {
    steady += 1_000
    wall += 400
    expect(clock.now().getTime()).to.equal(1_700_000_001_000)
    steady += 30_000
    wall += 30_000
    expect(clock.now().getTime()).to.equal(1_700_000_030_400)
    expect(jumps).to.equal(0)
  })

  for (const [direction, step] of [
    ['forward', 3_600_000],
    ['back', -3_600_000],
  ] as const)
    it(`follows a wall clock that is stepped ${direction} at once, and says so once`, () => {
      wall += step
      expect(clock.now().getTime()).to.equal(wall)
      steady += 10
      wall += 10
      expect(clock.now().getTime()).to.equal(wall)
      expect(jumps).to.equal(1)
    })
})
