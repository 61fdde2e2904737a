import { execFile, execFileSync, spawn, type ChildProcess } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { expect } from 'chai'
import { buildOnce } from './support/role-process.js'
import { tempDir } from './support/temp-dir.js'
import { tenLines } from './support/ten-lines.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const run = promisify(execFile)

/** Server and client in ten lines; the README's own are run as well. */
const TEN_LINES = `
  const greet = defineJob({ key: 'greet', version: 1, run: ({ name }) => \`Hello \${name}\` })
  const server = await createJobServer({ database: 'memory', definitions: [greet], http: { port: 0 } })
  await server.start()
  const client = createClient({ url: server.url })
  console.log(await client.jobs.create(greet, { name: 'world' }).result())
  await server.stop()
`

/** Says each module that this process loads, by import or by require. */
const LOADED = `
import { register } from 'node:module'
register('data:text/javascript,' + encodeURIComponent(
  'import { writeSync } from "node:fs"; export const load = (url, context, next) => (writeSync(2, url + "\\\\n"), next(url, context))',
))`

describe('the package', function () {
  this.timeout(120_000)
  const folder = tempDir()
  const project = join(folder.path, 'my-jobs')
  const modules = join(project, 'node_modules')
  const command = join(modules, '.bin', 'job-server')
  let server: ChildProcess | null = null
  before(buildOnce)

  /** What npm would install: what is packed, its dependencies beside it, and its commands. */
  before(() => {
    const packed = execFileSync(
      'npm',
      ['pack', '--ignore-scripts', '--json', '--pack-destination', folder.path],
      {
        cwd: ROOT,
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      },
    )
    const [{ filename }] = JSON.parse(packed) as [{ filename: string }]
    mkdirSync(join(folder.path, 'unpacked'))
    execFileSync('tar', ['-xzf', join(folder.path, filename), '-C', join(folder.path, 'unpacked')])
  })

  const install = (): void => {
    const manifest = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as {
      dependencies: object
      optionalDependencies: object
      bin: Record<string, string>
    }
    mkdirSync(join(modules, '.bin'), { recursive: true })
    symlinkSync(join(folder.path, 'unpacked', 'package'), join(modules, 'job-server'))
    const beside = join(folder.path, 'unpacked', 'node_modules')
    for (const name of Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })) {
      mkdirSync(join(beside, name, '..'), { recursive: true })
      symlinkSync(join(ROOT, 'node_modules', name), join(beside, name))
    }
    symlinkSync(join(modules, 'job-server', manifest.bin['job-server'] ?? ''), command)
  }

  after(() => {
    server?.kill('SIGKILL')
    folder.remove()
  })

  const node = (...args: string[]) => run(process.execPath, args, { cwd: project, env: environment() })
  const environment = (more: Record<string, string> = {}) => ({
    PATH: process.env['PATH'] ?? '',
    LOG_FORMAT: 'json',
    ...more,
  })

  it('is not built again by what npm does in a checkout while the build is younger than the sources', async () => {
    const builtAt = (): number => statSync(join(ROOT, 'dist/.built')).mtimeMs
    const before = builtAt()
    await run('npm', ['run', '--silent', 'prepare'], { cwd: ROOT })
    expect(builtAt()).to.equal(before)
  })

  it('makes a project that runs at once', async () => {
    const program = join(folder.path, 'unpacked', 'package', 'dist', 'src', 'bootstrap', 'cli', 'main.js')
    mkdirSync(project)
    install()
    const again = await run(process.execPath, [program, 'init', project]).catch((error: unknown) => error)
    expect(again).to.include({ code: 2 })
    expect(again).to.have.property('stderr').that.includes('is not empty')
    const { stdout } = await run(process.execPath, [program, 'init', 'fresh'], { cwd: folder.path })
    expect(stdout).to.include('npm start').and.to.include('cd fresh')
    const { dependencies } = JSON.parse(readFileSync(join(folder.path, 'fresh', 'package.json'), 'utf8')) as {
      dependencies: Record<string, string>
    }
    const [, archive = ''] = dependencies['job-server']?.split('file:') ?? []
    const list = ['-tzf', join(folder.path, 'fresh', archive)]
    const packed = execFileSync('tar', list, { encoding: 'utf8' }).split('\n')
    // What npm installs, with the command that the project is started by.
    expect(packed).to.include('package/dist/src/bootstrap/cli/main.js')
    for (const name of readdirSync(join(folder.path, 'fresh')))
      execFileSync('cp', ['-r', join(folder.path, 'fresh', name), project])
  })

  it('starts a server by its command, and runs the job of the project', async () => {
    server = spawn(command, ['start'], {
      cwd: project,
      env: environment({ PORT: '0' }),
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const url = await new Promise<string>((resolve, reject) => {
      let text = ''
      server!.stdout!.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
        const ready = /"message":"ready".*?"url":"([^"]+)"|"url":"([^"]+)".*?"message":"ready"/.exec(text)
        if (ready !== null) resolve(ready[1] ?? ready[2] ?? '')
      })
      server!.once('close', () => reject(new Error(text)))
    })
    const env = environment({ JOB_SERVER_URL: url })
    const args = ['enqueue', 'hello', '-p', 'name=Ada', '--follow', '-o', 'json']
    const { stdout, stderr } = await run(command, args, { cwd: project, env })
    expect(JSON.parse(stdout)).to.deep.include({ status: 'succeeded', result: { greeting: 'Hello, Ada!' } })
    expect(stderr).to.include('progress')

    const watching = {
      env: { ...env, NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(LOADED)}` },
    }
    expect((await run(command, ['--version'], { env })).stdout).to.match(/^\d+\.\d+\.\d+\n$/)
    const listed = await run(command, ['jobs', 'list'], watching)
    expect(listed.stdout).to.match(/hello@1 +succeeded/)
    const loaded = listed.stderr.split('\n').filter((line) => line.startsWith('file:'))
    expect(loaded.filter((path) => /client\/index\.js$/.test(path))).to.have.length(1)
    const packages = loaded.flatMap(
      (path) => /node_modules\/((?:@[^/]+\/)?[^/]+)/g.exec(path.replace(/.*\/unpacked\//, ''))?.[1] ?? [],
    )
    expect([...new Set(packages)].filter((name) => name !== 'job-server')).to.deep.equal(['commander'])
  })

  it('explains its settings, and stops with 78 for one that cannot be used', async () => {
    const shown = await run(command, ['config', 'print', '-o', 'json'], {
      cwd: project,
      env: environment({ API_KEYS: 'a-secret:admin', DATABASE_URL: 'postgres://me:hidden@db/jobs' }),
    })
    const { variables } = JSON.parse(shown.stdout) as {
      variables: { variable: string; value: string; from: string }[]
    }
    const of = (name: string) => variables.find(({ variable }) => variable === name)
    expect(of('API_KEYS')).to.include({ value: '…', from: 'environment' })
    expect(of('DATABASE_URL')).to.include({ value: 'postgres://…@db/jobs' })
    expect(of('JOB_DEFINITIONS')).to.include({ value: 'jobs/hello.js', from: '.env' })
    expect(of('PORT')).to.include({ value: '3000', from: 'default' })
    const wrong = await run(command, ['config', 'check'], {
      cwd: project,
      env: environment({ PORT: 'http' }),
    }).catch((error: unknown) => error)
    expect(wrong).to.deep.include({ code: 78, stderr: 'PORT: got "http", takes an integer, 0–65535\n' })
  })

  it('makes, lists and revokes keys of the API', async () => {
    const keys = (...args: string[]) =>
      run(command, ['keys', ...args], { cwd: project, env: environment({}) })
    const refused = (...args: string[]) => keys(...args).catch((error: unknown) => error)
    expect((await keys('create', '--scope', 'read', '--name', 'ci')).stdout).to.match(/^jsk_[\w-]{43}\n$/)
    expect((await keys('list')).stdout).to.match(/^ci {2}read {2}created /m)
    expect(await refused('create', '--scope', 'root', '--name', 'x'))
      .to.have.property('stderr')
      .that.matches(/^usage: job-server keys create --scope read\|submit\|admin/)
    expect(await refused('create', '--name', 'x')).to.include({ code: 2 })
    expect((await keys('revoke', '--name', 'ci')).stdout).to.match(/^revoked ci;/)
  })

  it('has a doctor that says how to mend what is broken', async () => {
    const ill = await run(command, ['doctor'], {
      cwd: project,
      env: environment({ PORT: '0', FFMPEG_PATH: '/nowhere/ffmpeg' }),
    }).catch((error: unknown) => error)
    expect(ill).to.include({ code: 1 })
    expect(ill)
      .to.have.property('stdout')
      .that.matches(/^ffmpeg +broken .*[\s\S]*^ffmpeg: correct them/m)
  })

  it('is imported by ES modules', async () => {
    const imports = `import { createJobServer, defineJob } from 'job-server'\nimport { createClient } from 'job-server/client'\n`
    writeFileSync(join(project, 'ten-lines.mjs'), imports + TEN_LINES)
    expect((await node('ten-lines.mjs')).stdout).to.equal('Hello world\n')
    writeFileSync(join(project, 'readme.mjs'), tenLines().esm)
    expect((await node('readme.mjs')).stdout).to.equal('Hello world\n')
  })

  it('is required by CommonJS', async () => {
    const requires = `const { createJobServer, defineJob } = require('job-server')\nconst { createClient } = require('job-server/client')\n`
    writeFileSync(join(project, 'ten-lines.cjs'), `${requires}void (async () => {${TEN_LINES}})()\n`)
    expect((await node('ten-lines.cjs')).stdout).to.equal('Hello world\n')
    writeFileSync(join(project, 'readme.cjs'), tenLines().commonjs)
    expect((await node('readme.cjs')).stdout).to.equal('Hello world\n')
  })

  it('tests jobs where neither mocha nor chai is installed', async () => {
    const greets = `
      const greet = defineJob({ key: 'greet', version: 1, run: ({ name }) => \`Hello \${name}\` })
      const server = await createTestServer({ definitions: [greet] })
      const { job } = await server.enqueue(greet, { name: 'world' })
      await server.runUntilIdle()
      console.log((await server.waitFor(job.id)).result)`
    writeFileSync(
      join(project, 'kit.mjs'),
      `import { defineJob } from 'job-server'\nimport { createTestServer } from 'job-server/testing'\n${greets}`,
    )
    expect((await node('kit.mjs')).stdout).to.equal('Hello world\n')
    writeFileSync(
      join(project, 'kit.cjs'),
      `const { defineJob } = require('job-server')\nconst { createTestServer } = require('job-server/testing')\nvoid (async () => {${greets}})()\n`,
    )
    expect((await node('kit.cjs')).stdout).to.equal('Hello world\n')
  })

  it('has types for both kinds of modules, and exports that lead to files', async () => {
    await run(
      process.execPath,
      [join(ROOT, 'node_modules/publint/src/cli.js'), '--strict', '--pack', 'false'],
      { cwd: join(folder.path, 'unpacked', 'package') },
    )
    const [archive] = readdirSync(folder.path).filter((name) => name.endsWith('.tgz'))
    // Node 20.19 requires ES modules: what CommonJS is warned of there is how it is meant.
    const args = [
      join(folder.path, archive ?? ''),
      '--profile',
      'node16',
      '--ignore-rules',
      'cjs-resolves-to-esm',
    ]
    await run(process.execPath, [join(ROOT, 'node_modules/@arethetypeswrong/cli/dist/index.js'), ...args])
  })

  it('is small, and its client smaller', () => {
    const sizeOf = (path: string) => statSync(join(folder.path, path)).size
    const [archive] = readdirSync(folder.path).filter((name) => name.endsWith('.tgz'))
    expect(sizeOf(archive ?? '')).to.be.lessThan(600_000)
    for (const kind of ['dist/src/client', 'dist/client-cjs']) {
      const at = join(folder.path, 'unpacked', 'package', kind)
      const scripts = readdirSync(at).filter((name) => name.endsWith('.js'))
      const text = scripts.map((name) => readFileSync(join(at, name), 'utf8')).join('')
      expect(gzipSync(text).length).to.be.lessThan(10 * 1024)
    }
  })
})
