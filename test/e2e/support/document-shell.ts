import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import ts from 'typescript'
import { testTools } from '../../support/sample-video.js'
import { JQ, notingCurl, npmAs, putTools } from './tools.js'

const run = promisify(execFile)
const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
/** What a program of a reader's has installed beside this package. */
const BESIDE = ['job-server', 'zod']
const PATIENCE_MS = 120_000
const STOP_MS = 20_000
/** A server that is started here stands in for the one of the reader's other terminal, and for the one before. */
const STARTS =
  /^(?:\w+=\S+ )*(?:.*&& )?(?:npm (?:start|run start:\w+)|npx job-server (?:start|api|worker|scheduler))\b/m
/** `# … 409 …`: a block says which refusals it shows. */
const REFUSALS = /^#.*$/gm

export interface DocumentAddresses {
  /** In place of `http://localhost:3000`. */
  readonly url: string
  /** In place of `https://example.com/hook`. */
  readonly hook: string
  /** In place of `postgresql://localhost:5432/jobserver`. */
  readonly database: () => Promise<string>
}

/** Runs the blocks of one document one after the other, as a reader would in one folder, with a terminal that keeps its variables. */
export class DocumentShell {
  private readonly notes: string
  private path = ''

  constructor(
    private readonly folder: string,
    private readonly addresses: DocumentAddresses,
  ) {
    this.notes = join(folder, '.notes')
  }

  async open(): Promise<void> {
    mkdirSync(join(this.folder, 'node_modules'), { recursive: true })
    mkdirSync(this.notes)
    writeFileSync(join(this.folder, 'package.json'), '{ "type": "module" }\n')
    for (const name of BESIDE) {
      const target = name === 'job-server' ? ROOT : join(ROOT, 'node_modules', name)
      symlinkSync(target, join(this.folder, 'node_modules', name))
    }
    const { ffmpeg } = await testTools()
    this.path = putTools(join(this.notes, 'bin'), {
      jq: JQ,
      npm: npmAs('npm'),
      npx: npmAs('npx'),
      curl: notingCurl(),
      ffmpeg: `exec '${ffmpeg}' -nostdin "$@"`,
    })
  }

  /**
   * Runs a shell block to its end.
   *
   * @returns what the last `curl` in it was answered.
   * @throws when a command fails, or the statuses that refuse are not those that its comments name.
   */
  async shell(block: string): Promise<string> {
    if (STARTS.test(block)) await this.stopServers()
    const state = join(this.notes, 'variables')
    const script = `set -ea\n[ ! -e '${state}' ] || . '${state}'\n${await this.meant(block)}\nexport -p >'${state}'\n`
    rmSync(join(this.notes, 'statuses'), { force: true })
    try {
      await run('bash', ['--norc', '-c', script], {
        cwd: this.folder,
        env: this.environment(),
        timeout: PATIENCE_MS,
        maxBuffer: 64 * 1024 * 1024,
      })
    } catch (error) {
      const { stderr = '', message } = error as Error & { stderr?: string }
      throw new Error(`${message.split('\n')[0] ?? ''}\n${stderr}\nin:\n${block}`, { cause: error })
    }
    const refused = this.note('statuses').match(/\b[45]\d\d\b/g) ?? []
    const announced = [...block.matchAll(REFUSALS)].flatMap(([line]) => line.match(/\b[45]\d\d\b/g) ?? [])
    if (refused.join() !== announced.join()) {
      throw new Error(
        `answered ${refused.join() || 'no refusal'}, announced ${announced.join() || 'none'}: ${this.note('answer')}\nin:\n${block}`,
      )
    }
    return this.note('answer')
  }

  /** Runs a program, from the file that its first line names, if it does. @throws when it does not end well. */
  async program(block: string, name: string): Promise<void> {
    const path = join(this.folder, /^\/\/ (\S+\.ts)$/m.exec(block)?.[1] ?? name)
    mkdirSync(dirname(path), { recursive: true })
    const text = await this.meant(block)
    writeFileSync(path, text)
    // Its types are checked with those of all pages (`test/docs.test.ts`); taking them out is quicker than loading what would.
    const program = path.replace(/\.ts$/, '.js')
    const [module, target] = [ts.ModuleKind.ESNext, ts.ScriptTarget.ES2023]
    writeFileSync(program, ts.transpileModule(text, { compilerOptions: { module, target } }).outputText)
    await run(process.execPath, [program], {
      cwd: this.folder,
      env: this.environment(),
      timeout: PATIENCE_MS,
    })
  }

  /** Ends whatever was started here. */
  async stopServers(): Promise<void> {
    const pids = this.note('servers').split('\n').filter(Boolean).map(Number)
    rmSync(join(this.notes, 'servers'), { force: true })
    for (const pid of pids) if (isAlive(pid)) process.kill(pid, 'SIGTERM')
    const deadline = Date.now() + STOP_MS
    while (pids.some(isAlive)) {
      if (Date.now() > deadline) pids.filter(isAlive).forEach((pid) => process.kill(pid, 'SIGKILL'))
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }

  private async meant(block: string): Promise<string> {
    const { url, hook, database } = this.addresses
    const meant = block.replaceAll('http://localhost:3000', url).replaceAll('https://example.com/hook', hook)
    const theirs = 'postgresql://localhost:5432/jobserver'
    return meant.includes(theirs) ? meant.replaceAll(theirs, await database()) : meant
  }

  private environment(): Record<string, string> {
    return {
      PATH: this.path,
      PACKAGE_ROOT: ROOT,
      RUNNER_NOTES: this.notes,
      PORT: new URL(this.addresses.url).port,
      LOG_FORMAT: 'json',
      CALLBACK_ALLOW_PRIVATE: 'true',
      CANCEL_GRACE_MS: '500',
    }
  }

  private note(name: string): string {
    const path = join(this.notes, name)
    return existsSync(path) ? readFileSync(path, 'utf8') : ''
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
