import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import { buildOnce } from './support/role-process.js'
import { tempDir } from './support/temp-dir.js'

const root = fileURLToPath(new URL('../../', import.meta.url))

describe('the scripts of package.json', function () {
  this.timeout(60_000)
  const { scripts } = JSON.parse(readFileSync(`${root}package.json`, 'utf8')) as {
    scripts: Record<string, string>
  }
  const folder = tempDir()
  const begun: ChildProcess[] = []
  before(buildOnce)
  after(() => {
    // What npm may have left behind, too.
    for (const { pid = 0 } of begun) if (isAlive(-pid)) process.kill(-pid, 'SIGKILL')
    folder.remove()
  })

  /** As a person calls it, through npm. */
  function npmRun(script: string, env: Readonly<Record<string, string>>): ChildProcess {
    const child = spawn('npm', ['run', '--silent', script], {
      detached: true,
      cwd: root,
      env: {
        PATH: process.env.PATH,
        HOME: folder.path,
        DATA_DIR: folder.path,
        // Whatever a `.env` of this checkout says.
        DATABASE_URL: `sqlite:${folder.path}/jobs.db`,
        PORT: '0',
        LOG_FORMAT: 'json',
        ...env,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    begun.push(child)
    return child
  }

  it('hand over to the program, and build before it in one case only', () => {
    const roles = ['api', 'worker', 'scheduler']
    const starts = ['start', ...roles.flatMap((role) => [`start:${role}`, `dev:${role}`])]
    const commands = ['migrate', 'register-definitions', 'keys']
    for (const name of [...starts, ...commands])
      expect(scripts[name], name).to.match(
        name === 'start'
          ? /^node scripts\/build\.mjs --if-stale && exec node \S+$/
          : name.startsWith('dev:')
            ? /^exec tsx watch src\/bootstrap\/\S+\.ts$/
            : /^exec node dist\/src\/bootstrap\/\S+\.js$/,
      )
  })

  it('let exit codes through', async () => {
    const child = npmRun('start:worker', { LEASE_DURATION_SECONDS: 'soon' })
    expect((await once(child, 'close'))[0]).to.equal(78)
  })

  it('let signals through, and the clean stop that follows', async () => {
    const child = npmRun('start:scheduler', {})
    await new Promise<void>((resolve) => {
      let text = ''
      child.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
        if (text.includes('"message":"ready"')) resolve()
      })
    })
    const closed = once(child, 'close')
    child.kill('SIGTERM')
    expect((await closed)[0]).to.equal(0)
  })
})

/** @param pid of a group when it is negative. */
function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
