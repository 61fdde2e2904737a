import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { expect } from 'chai'
import { tempDir } from '../e2e/support/temp-dir.js'

const TSX = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
const MAIN = fileURLToPath(new URL('../../src/bootstrap/cli/main.ts', import.meta.url))

describe('job-server config check', function () {
  this.timeout(60_000)
  const folder = tempDir()
  after(() => {
    folder.remove()
  })

  /** In a process of its own: definitions are loaded once. */
  function check(definitions: string): { code: number | null; out: string; err: string } {
    const { PATH = '' } = process.env
    const command = ['--import', TSX, MAIN, 'config', 'check']
    const { status, stdout, stderr } = spawnSync(process.execPath, command, {
      cwd: folder.path,
      env: { PATH, JOB_DEFINITIONS: definitions },
      encoding: 'utf8',
    })
    return { code: status, out: stdout, err: stderr }
  }

  it('loads the definitions, and says what a server would not start with', () => {
    writeFileSync(
      join(folder.path, 'right.mjs'),
      `export default { key: 'right', version: 1, run: () => null }`,
    )
    writeFileSync(
      join(folder.path, 'taken.mjs'),
      `export default { key: 'echo', version: 1, run: () => null }`,
    )
    expect(check('right.mjs')).to.deep.equal({ code: 0, out: 'every variable can be used\n', err: '' })
    const missing = check('missing.mjs')
    expect(missing).to.include({ code: 78, out: '' })
    expect(missing.err).to.match(/^JOB_DEFINITIONS: cannot load missing[.]mjs: there is no file /)
    const taken = check('taken.mjs')
    expect(taken).to.include({ code: 78, out: '' })
    expect(taken.err).to.include('echo@1 is registered already')
  })
})
