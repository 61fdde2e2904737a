import { expect } from 'chai'
import { errorWords, isFound, jobSearch } from '../../src/domain/job-search.js'
import { aNewJob } from '../support/factories.js'
import { uuid } from '../support/ids.js'

describe('job search', () => {
  it('reads the beginning of an id as all ids that begin so', () => {
    const id = uuid(1)
    expect(jobSearch(id).ids).to.deep.equal({ from: id, to: id })
    expect(jobSearch('01A').ids).to.deep.equal({
      from: '01a00000-0000-0000-0000-000000000000',
      to: '01afffff-ffff-ffff-ffff-ffffffffffff',
    })
    expect(jobSearch('01900000-').ids?.to).to.equal('01900000-ffff-ffff-ffff-ffffffffffff')
  })

  it('reads nothing else as an id', () => {
    for (const text of ['', '-', 'g', '019000000', '0190-', ' 01', `${uuid(1)}0`, `${uuid(1)}-`])
      expect(jobSearch(text).ids, text).to.equal(null)
  })

  it('cuts the words of an error, each once', () => {
    expect(errorWords('Connection REFUSED: 10.0.0.1 (connection)')).to.deep.equal([
      'connection',
      'refused',
      '10',
      '0',
      '1',
    ])
    expect(errorWords('Ошибка_СЕТИ 💥!')).to.deep.equal(['Ошибка', 'СЕТИ', '💥'])
    expect(errorWords(' ... ')).to.deep.equal([])
    expect(errorWords('💥'.repeat(70))).to.deep.equal(['💥'.repeat(64)])
  })

  it('finds a job by any of the three, and by an error only when it has every word', () => {
    const job = { ...aNewJob(), idempotencyKey: 'order 1', errorSummary: 'connection refused' }
    for (const text of [job.id, '0190', 'order 1', 'refused', 'Refused, connection!'])
      expect(isFound(job, jobSearch(text)), text).to.equal(true)
    for (const text of [uuid(2), 'order', 'refused by', 'refuse', '!'])
      expect(isFound(job, jobSearch(text)), text).to.equal(false)
    expect(isFound({ ...job, errorSummary: null }, jobSearch('refused'))).to.equal(false)
  })
})
