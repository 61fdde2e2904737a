import { expect } from 'chai'
import { PostgresChanges } from '../../../src/adapters/postgres/postgres-changes.js'
import { NO_CHANGES, UNNAMED_CHANGES } from '../../../src/application/followers.js'
import type { Changes } from '../../../src/application/ports/change-channel.js'
import { eventually } from '../../support/eventually.js'
import { sequentialIds } from '../../support/ids.js'

const RUNNING: Changes = {
  jobs: [{ jobId: 'a', status: 'running' }],
  definitions: ['work'],
  schedules: ['s'],
  more: false,
}

describe('changes between processes on PostgreSQL', () => {
  let sent: string[]
  let mine: PostgresChanges
  let other: PostgresChanges
  beforeEach(() => {
    sent = []
    const connect = (to: () => PostgresChanges, log: string[]) =>
      new PostgresChanges(
        (message) => {
          log.push(message)
          to().receive(message)
        },
        () => true,
      )
    mine = connect(() => other, sent)
    other = connect(() => mine, [])
  })
  afterEach(() => {
    mine.stop()
    other.stop()
  })

  it('are not sent while nobody has said that he follows', async () => {
    mine.announce(RUNNING)
    await new Promise((resolve) => setTimeout(resolve, 60))
    expect(sent).to.deep.equal([])
  })

  it('arrive gathered and as they were told, at followers only', async () => {
    const heard: Changes[] = []
    const leave = other.follow((changes) => heard.push(changes))
    mine.announce({ ...RUNNING, jobs: [{ jobId: 'a', status: null }] })
    mine.announce(RUNNING)
    await eventually(() => heard.length > 0)
    expect(heard).to.deep.equal([RUNNING])
    leave()
    mine.announce(RUNNING)
    await eventually(() => sent.length === 2)
    expect(heard).to.have.length(1)
  })

  it('are sent by a process that has just begun to listen, before it can know who follows', async () => {
    mine.missed()
    mine.announce(RUNNING)
    await eventually(() => sent.length === 1)
  })

  it('that are too many for one message say that there is more', async () => {
    const heard: Changes[] = []
    other.follow((changes) => heard.push(changes))
    const newId = sequentialIds()
    const jobs = Array.from({ length: 500 }, () => ({ jobId: newId(), status: 'cancelling' as const }))
    mine.announce({ ...NO_CHANGES, jobs })
    await eventually(() => heard.length === 1)
    expect(heard[0]).to.deep.equal({ ...NO_CHANGES, jobs: jobs.slice(0, 120), more: true })
    mine.announce({ ...NO_CHANGES, definitions: Array.from({ length: 40 }, () => 'k'.repeat(250)) })
    await eventually(() => heard.length === 2)
    mine.announce({
      ...NO_CHANGES,
      definitions: Array.from({ length: 40 }, (_, n) => `${n}${'k'.repeat(250)}`),
    })
    await eventually(() => heard.length === 3)
    expect(heard[2]).to.deep.equal(UNNAMED_CHANGES)
    expect(Math.max(...sent.map((message) => Buffer.byteLength(message)))).to.be.lessThan(7_900)
  })

  it('of a process that names no schedules are read all the same', () => {
    const heard: Changes[] = []
    mine.follow((changes) => heard.push(changes))
    mine.receive('[[["a","running"]],["work"],0]')
    expect(heard).to.deep.equal([{ ...RUNNING, schedules: [] }])
  })

  it('that cannot be read, or were missed, may be anything', () => {
    const heard: Changes[] = []
    mine.follow((changes) => heard.push(changes))
    for (const message of ['', '{}', '[1,2,3]', 'null']) mine.receive(message)
    mine.missed()
    expect(heard).to.deep.equal(Array(5).fill(UNNAMED_CHANGES))
  })
})
