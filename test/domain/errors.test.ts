import { expect } from 'chai'
import { JobServerError, StorageUnavailableError } from '../../src/domain/errors.js'

describe('StorageUnavailableError', () => {
  it('tells its reason in the log, and not to callers', () => {
    const error = new StorageUnavailableError(new Error('too many clients already\nhint: wait'))
    expect(String(error)).to.equal(
      'StorageUnavailableError: the database is not available: too many clients already',
    )
    expect(error.message).to.equal('the database is not available')
  })

  it('tells the reason at the first of several addresses', () => {
    const refused = [
      new Error('connect ECONNREFUSED ::1:5432'),
      new Error('connect ECONNREFUSED 127.0.0.1:5432'),
    ]
    const error = new StorageUnavailableError(new AggregateError(refused))
    expect(String(error)).to.include(': connect ECONNREFUSED ::1:5432')
  })

  it('reads like any other error where no reason is known', () => {
    expect(String(new StorageUnavailableError(null, 'the database is too busy'))).to.equal(
      'StorageUnavailableError: the database is too busy',
    )
    expect(String(new JobServerError('job-not-found', 'there is no such job'))).to.equal(
      'JobServerError: there is no such job',
    )
  })
})
