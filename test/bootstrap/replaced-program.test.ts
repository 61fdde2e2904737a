import { expect } from 'chai'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { watchProgram } from '../../src/bootstrap/replaced-program.js'

/** That of all files of an installed package. */
const PACKED = new Date('1985-10-26T08:15:00Z')

describe('a program that may be replaced under a running process', () => {
  let folder: string
  let program: string
  let packageFile: string
  let isReplaced: () => boolean

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'replaced-'))
    packageFile = join(folder, 'package.json')
    program = join(folder, 'dist', 'program.js')
    mkdirSync(join(folder, 'dist'))
    install('1.0.0')
    isReplaced = watchProgram(program, pathToFileURL(packageFile))
    expect(isReplaced()).to.equal(false)
  })
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true })
  })

  function install(version: string, text = 'run()'): void {
    writeFileSync(packageFile, JSON.stringify({ version }))
    writeFileSync(program, text)
    utimesSync(program, PACKED, PACKED)
  }

  it('is the same after an installation of the same version', () => {
    rmSync(program)
    install('1.0.0')
    expect(isReplaced()).to.equal(false)
  })

  it('is another one after an installation of another version, though it has the same size and time', () => {
    install('1.0.1')
    expect(isReplaced()).to.equal(true)
  })

  it('is another one after a build of the same version', () => {
    cpSync(join(folder, 'dist'), join(folder, 'fresh'), { recursive: true })
    renameSync(join(folder, 'dist'), join(folder, 'old'))
    renameSync(join(folder, 'fresh'), join(folder, 'dist'))
    expect(isReplaced()).to.equal(true)
  })

  it('is another one when it has another size', () => {
    install('1.0.0', 'run(1)')
    expect(isReplaced()).to.equal(true)
  })

  it('is replaced while nothing is in its place, as in the middle of an installation', () => {
    rmSync(join(folder, 'dist'), { recursive: true })
    expect(isReplaced()).to.equal(true)
    mkdirSync(join(folder, 'dist'))
    install('1.0.0')
    expect(isReplaced()).to.equal(false)
    rmSync(packageFile)
    expect(isReplaced()).to.equal(true)
  })

  it('has not changed when it cannot be looked at just now', () => {
    rmSync(program)
    symlinkSync('program.js', program)
    expect(isReplaced()).to.equal(false)
    writeFileSync(packageFile, '{ "version": "1.0')
    expect(isReplaced()).to.equal(false)
  })
})
