import { expect } from 'chai'
import { useFakeTimers, type SinonFakeTimers } from 'sinon'
import { ChangeFeed } from '../../src/application/change-feed.js'
import { ChangeSet } from '../../src/application/change-set.js'
import { Followers, NO_CHANGES } from '../../src/application/followers.js'
import type { Changes, JobChange } from '../../src/application/ports/change-channel.js'

const changes = (...jobs: JobChange[]): Changes => ({ ...NO_CHANGES, jobs })

describe('gathered changes', () => {
  it('keep the last status of each job, which events alone do not take away', () => {
    const set = new ChangeSet(10)
    expect(set.isEmpty).to.equal(true)
    set.add(changes({ jobId: 'a', status: 'queued' }, { jobId: 'b', status: null }))
    set.add(changes({ jobId: 'a', status: 'running' }, { jobId: 'a', status: null }))
    expect(set.take()).to.deep.equal(changes({ jobId: 'a', status: 'running' }, { jobId: 'b', status: null }))
    expect(set.isEmpty).to.equal(true)
  })

  it('name no more jobs than they may, and say so', () => {
    const set = new ChangeSet(2)
    for (const jobId of ['a', 'b', 'c', 'a']) set.add(changes({ jobId, status: 'running' }))
    const { jobs, more } = set.take()
    expect([jobs.map(({ jobId }) => jobId), more]).to.deep.equal([['a', 'b'], true])
    expect(set.take().more).to.equal(false)
  })

  it('name each schedule once, and no more of them and of jobs together than they may', () => {
    const set = new ChangeSet(2)
    set.add({ ...NO_CHANGES, schedules: ['s', 's'] })
    expect(set.isEmpty).to.equal(false)
    set.add(changes({ jobId: 'a', status: 'queued' }))
    set.add({ ...NO_CHANGES, schedules: ['t', 's'] })
    const told = { ...changes({ jobId: 'a', status: 'queued' }), schedules: ['s'], more: true }
    expect(set.take()).to.deep.equal(told)
    expect(set.isEmpty).to.equal(true)
  })
})

describe('the feed of changes', () => {
  let clock: SinonFakeTimers
  beforeEach(() => {
    clock = useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  })
  afterEach(() => {
    clock.restore()
  })

  it('tells every page what was gathered, and a slow one what it missed, bounded', async () => {
    const followers = new Followers()
    const channel = {
      announce: (told: Changes) => {
        followers.tell(told)
      },
      follow: (onChanges: (told: Changes) => void) => followers.add(onChanges),
      isProven: () => true,
    }
    const feed = new ChangeFeed(channel)
    const [quick, slow] = [feed.watch(), feed.watch()]
    for (let round = 0; round < 2; round += 1) {
      const next = quick.next(5_000)
      for (let n = 0; n < 300; n += 1)
        channel.announce(changes({ jobId: `${round}-${n}`, status: 'running' }))
      await clock.tickAsync(250)
      expect(await next)
        .to.have.property('jobs')
        .with.length(300)
    }
    const missed = (await slow.next(5_000)) as Changes
    expect([missed.jobs.length, missed.more]).to.deep.equal([500, true])
    const nothing = slow.next(1)
    await clock.tickAsync(1)
    expect(await nothing).to.equal('nothing')
    quick.close()
    slow.close()
    expect(followers.isEmpty).to.equal(true)
    expect(await slow.next(5_000)).to.equal('closed')
    feed.stop()
    expect(await feed.watch().next(5_000)).to.equal('closed')
  })
})
