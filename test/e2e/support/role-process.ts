import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export type RoleName = 'server' | 'api' | 'worker' | 'scheduler' | 'migrate' | 'register-definitions' | 'keys'
type Environment = Readonly<Record<string, string>>

const root = fileURLToPath(new URL('../../../', import.meta.url))
const PATIENCE_MS = 30_000
const BUILD_MS = 180_000
let built = false

/** For `before`: builds once per test run, unless the build is younger than the sources. */
export function buildOnce(this: Mocha.Context): void {
  this.timeout(BUILD_MS)
  if (built) return
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/build.mjs', '--if-stale'], {
    cwd: root,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`the build failed:\n${stdout}${stderr}`)
  built = true
}

/** One role as a real process. Its environment is what the test gives, and nothing else but `PATH`. */
export class RoleProcess {
  stdout = ''
  stderr = ''
  private readonly child: ChildProcess
  private readonly exit: Promise<unknown[]>

  constructor(
    role: RoleName,
    {
      cwd,
      env = {},
      from = 'build',
      args = [],
    }: {
      readonly cwd: string
      readonly env?: Environment
      readonly from?: 'build' | 'sources'
      readonly args?: readonly string[]
    },
  ) {
    const script =
      from === 'build'
        ? [`${root}dist/src/bootstrap/${role}.js`]
        : ['--import', `${root}node_modules/tsx/dist/esm/index.mjs`, `${root}src/bootstrap/${role}.ts`]
    this.child = spawn(process.execPath, [...script, ...args], {
      cwd,
      env: { PATH: process.env.PATH ?? '', LOG_FORMAT: 'json', PORT: '0', ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text))
    this.child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text))
    this.exit = once(this.child, 'close')
  }

  get pid(): number {
    return this.child.pid ?? 0
  }

  /** Resolves with the match once the output has it; fails when the process ends before. */
  async prints(pattern: RegExp): Promise<RegExpMatchArray> {
    const deadline = Date.now() + PATIENCE_MS
    for (;;) {
      const match = this.stdout.match(pattern)
      if (match !== null) return match
      if (this.child.exitCode !== null || Date.now() > deadline) {
        throw new Error(`no ${String(pattern)} in:\n${this.stdout}${this.stderr}`)
      }
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  /** Resolves with the URL of the API once the role is ready; empty for a role without one. */
  async ready(): Promise<string> {
    const [line] = await this.prints(/^.*"message":"ready".*$/m)
    return (JSON.parse(line) as { url: string | null }).url ?? ''
  }

  /** @returns the exit code, or the signal that ended the process. */
  async ended(): Promise<number | string> {
    const late = setTimeout(() => this.child.kill('SIGKILL'), PATIENCE_MS)
    const [code, signal] = (await this.exit) as [number | null, string | null]
    clearTimeout(late)
    return code ?? signal ?? ''
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal)
  }

  async stop(): Promise<number | string> {
    this.child.kill('SIGTERM')
    return this.ended()
  }

  /** For the end of a test, whatever happened in it. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL')
    await this.exit
  }
}
