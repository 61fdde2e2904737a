import { expect } from 'chai'
import { FileSweep } from '../../src/bootstrap/file-sweep.js'
import { StorageUnavailableError } from '../../src/domain/errors.js'
import { deferred, turns } from '../support/eventually.js'
import { recordingLogger } from '../support/recording.js'

describe('FileSweep', () => {
  it('looks each hour, and says what it removed', async () => {
    const log = recordingLogger()
    expect(await new FileSweep({ execute: () => Promise.resolve(3) }, log).sweep()).to.equal(3_600_000)
    expect(await new FileSweep({ execute: () => Promise.resolve(0) }, log).sweep()).to.equal(3_600_000)
    expect(log.lines).to.deep.equal(['info removed files that no job names'])
  })

  it('leaves the rest of a sweep when it is stopped', async () => {
    let leave: () => boolean = () => false
    const begun = deferred()
    const execute = async (isOver: () => boolean): Promise<number> => {
      leave = isOver
      begun.resolve()
      while (!isOver()) await turns()
      return 0
    }
    const sweep = new FileSweep({ execute }, recordingLogger())
    sweep.start()
    await begun.promise
    expect(leave()).to.equal(false)
    await sweep.stop()
    expect(leave()).to.equal(true)
  })

  it('never throws', async () => {
    const log = recordingLogger()
    const execute = (): Promise<number> => Promise.reject(new StorageUnavailableError(null))
    expect(await new FileSweep({ execute }, log).sweep()).to.equal(3_600_000)
    expect(log.lines).to.deep.equal(['warn could not look for files that no job names'])
  })
})
