/**
 * The package as a user gets it: packed, installed by npm with all its dependencies, its native parts built for that very Node, and the
 * README's lines run. Takes minutes, and a registry; `npm run test:package`, which is no part of `npm test`.
 */
import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, realpathSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect } from 'chai'
import { buildOnce } from '../e2e/support/role-process.js'
import { tempDir } from '../e2e/support/temp-dir.js'
import { tenLines } from '../e2e/support/ten-lines.js'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const MINUTES = 60_000
const run = promisify(execFile)

/** The Node.js that runs this, and the major versions that npm brings as packages of this platform. */
const VERSIONS = ['this', '24'] as const

describe('the package, installed by npm', function () {
  this.timeout(10 * MINUTES)
  const folder = tempDir()
  let archive = ''
  before(buildOnce)
  before(async () => {
    const { stdout } = await run(
      'npm',
      ['pack', '--ignore-scripts', '--json', '--pack-destination', folder.path],
      {
        cwd: ROOT,
      },
    )
    const [{ filename }] = JSON.parse(stdout) as [{ filename: string }]
    archive = join(folder.path, filename)
    console.log(`    ${filename}: ${statSync(archive).size} bytes`)
  })
  after(() => folder.remove())

  for (const version of VERSIONS) {
    describe(version === 'this' ? `on Node.js ${process.version}` : `on Node.js ${version}`, () => {
      const project = join(folder.path, `on-${version}`)
      const env: Record<string, string | undefined> = { ...process.env }
      let node = process.execPath

      before(async () => {
        mkdirSync(project)
        writeFileSync(join(project, 'package.json'), '{ "name": "empty", "private": true }\n')
        if (version === 'this') return
        const name = `node-${process.platform}-${process.arch}`
        const home = join(folder.path, `node-${version}`)
        mkdirSync(home)
        await run('npm', ['install', '--prefix', home, '--no-save', `${name}@${version}`], { cwd: home })
        const root = join(home, 'node_modules', name)
        node = join(root, 'bin', 'node')
        env['PATH'] = `${dirname(node)}:${env['PATH'] ?? ''}`
        // What native parts are compiled against comes with it.
        if (existsSync(join(root, 'include'))) env['npm_config_nodedir'] = root
      })

      const inProject = (command: string, ...args: readonly string[]) =>
        run(command, args, { cwd: project, env, maxBuffer: 64 * 1024 * 1024 })

      it('is installed into an empty project, its native parts built for it', async () => {
        const begun = performance.now()
        const npm = realpathSync((await run('which', ['npm'])).stdout.trim())
        await inProject(node, npm, 'install', '--no-audit', '--no-fund', archive)
        const { stdout } = await inProject('du', '-sm', 'node_modules')
        const seconds = Math.round((performance.now() - begun) / 1_000)
        const { stdout: runs } = await inProject(node, '--version')
        console.log(`      ${runs.trim()}: ${seconds} s, ${stdout.split('\t')[0] ?? ''} MB of node_modules`)
        const { stdout: told } = await inProject(
          node,
          join('node_modules', '.bin', 'job-server'),
          '--version',
        )
        expect(told).to.match(/^\d+\.\d+\.\d+\n$/)
      })

      for (const database of ['memory', 'sqlite:./data/jobs.db']) {
        const lines = tenLines(database)
        for (const [kind, name, text] of [
          ['ES module', 'lines.mjs', lines.esm],
          ['CommonJS module', 'lines.cjs', lines.commonjs],
        ] as const)
          it(`runs the README's lines as ${kind}, with ${database}`, async () => {
            writeFileSync(join(project, name), text)
            expect((await inProject(node, name)).stdout).to.equal('Hello world\n')
          })
      }

      it('is required and imported by the client alone', async () => {
        const asks =
          "createClient({ url: 'http://localhost:1' }).jobs.get('x').catch((error) => console.log(error.name))"
        writeFileSync(
          join(project, 'client.mjs'),
          `import { createClient } from 'job-server/client'\nawait ${asks}\n`,
        )
        writeFileSync(
          join(project, 'client.cjs'),
          `const { createClient } = require('job-server/client')\n${asks}\n`,
        )
        for (const name of ['client.mjs', 'client.cjs'])
          expect((await inProject(node, name)).stdout).to.equal('ConnectionError\n')
      })
    })
  }
})
