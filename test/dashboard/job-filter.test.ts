import { expect } from 'chai'
import fc from 'fast-check'
import { addressOf, readAddress } from '../../dashboard/src/lib/address.js'
import {
  addressOfFilter,
  BETWEEN,
  CANCELLABLE,
  EVERY_JOB,
  filterOf,
  idIn,
  listPath,
  narrowed,
  STATUSES,
  wireFilterOf,
  type JobFilter,
} from '../../dashboard/src/lib/job-filter.js'
import { JOB_STATUSES } from '../../src/domain/job.js'

const filters: fc.Arbitrary<JobFilter> = fc.record({
  statuses: fc.subarray([...STATUSES]),
  definitionKey: fc.string(),
  text: fc.string(),
  span: fc.constantFrom('', '1h', '24h', '7d', BETWEEN),
  after: fc.constantFrom('', '2026-03-01T12:00:00.000Z'),
  before: fc.constantFrom('', '2026-03-02T12:00:00.000Z'),
})

describe('the filter of the list of jobs', () => {
  it('knows every status', () => {
    expect(STATUSES).to.have.members([...JOB_STATUSES])
  })

  it('comes back from its address as it was', () => {
    fc.assert(
      fc.property(filters, (filter) => {
        expect(filterOf(readAddress(addressOfFilter(filter)).query)).to.deep.equal(filter)
      }),
    )
  })

  it('passes over what an address cannot mean', () => {
    const { query } = readAddress('#/jobs?status=failed,nonsense&span=9y&after=yesterday')
    expect(filterOf(query)).to.deep.equal({ ...EVERY_JOB, statuses: ['failed'] })
  })

  it('asks the same question for a whole minute, so that nothing is read again for nothing', () => {
    const filter = { ...EVERY_JOB, span: '1h' }
    const at = (text: string) => wireFilterOf(filter, Date.parse(text))
    expect(at('2026-03-01T12:00:01Z')).to.deep.equal(at('2026-03-01T12:00:59Z'))
    expect(at('2026-03-01T12:00:01Z')).to.deep.equal({ createdAfter: '2026-03-01T11:00:00.000Z' })
  })

  it('leaves out of the question what is not set', () => {
    expect(listPath(wireFilterOf(EVERY_JOB, 0), 50)).to.equal('/v1/jobs?limit=50')
  })

  it('takes a whole id for an id, whatever its case and the blanks round it', () => {
    const id = '01a20ea0-1473-743e-a42f-e3ba7a70fbc8'
    expect(idIn(` ${id.toUpperCase()}\n`)).to.equal(id)
    expect(idIn(id.slice(0, 20))).to.equal(null)
  })

  it('narrows to the jobs that something can be done with', () => {
    expect(narrowed(EVERY_JOB, CANCELLABLE)?.statuses).to.deep.equal(['queued', 'running'])
    expect(narrowed({ ...EVERY_JOB, statuses: ['queued', 'failed'] }, CANCELLABLE)?.statuses).to.deep.equal([
      'queued',
    ])
    expect(narrowed({ ...EVERY_JOB, statuses: ['failed'] }, CANCELLABLE)).to.equal(null)
  })
})

describe('an address of the page', () => {
  it('leaves out empty parameters, and begins at the overview', () => {
    expect(addressOf('/jobs', { q: '', status: undefined })).to.equal('#/jobs')
    expect(readAddress('').path).to.equal('/')
  })
})
