import { expect } from 'chai'
import { PruneTicks } from '../../src/application/prune-ticks.js'
import { FakeClock } from '../support/fake-clock.js'

const LEADERSHIP = { name: 'scheduler', holder: 'me', term: 3 }

describe('PruneTicks', () => {
  const prune = async (
    policy: Record<'succeeded' | 'failed' | 'cancelled', number | null>,
    removed: number,
  ) => {
    const clock = new FakeClock()
    const asked: Date[] = []
    const pruneTicks = (_: unknown, before: Date, limit: number): Promise<number> => {
      asked.push(before)
      clock.advance(30)
      removed -= limit
      return Promise.resolve(Math.min(limit, Math.max(0, removed + limit)))
    }
    const idle = await new PruneTicks({ pruneTicks }, clock, policy).round(LEADERSHIP)
    return { idle, asked, since: (ms: number) => new Date(new FakeClock().now().getTime() - ms) }
  }

  it('keeps ticks as long as any job is kept', async () => {
    const { asked, idle, since } = await prune({ succeeded: 1_000, cancelled: 2_000, failed: 3_000 }, 0)
    expect(asked).to.deep.equal([since(3_000)])
    expect(idle).to.equal(60_000)
  })

  it('keeps them for ever when some jobs are', async () => {
    expect((await prune({ succeeded: 1_000, cancelled: null, failed: 3_000 }, 9)).asked).to.deep.equal([])
  })

  it('removes what it can in a fifth of a second, and goes on with the next tick', async () => {
    const { asked, idle } = await prune({ succeeded: 1, cancelled: 1, failed: 1 }, 1e6)
    expect(asked).to.have.length(7)
    expect(idle).to.equal(0)
  })
})
