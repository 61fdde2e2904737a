import { execFile } from 'node:child_process'
import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { promisify } from 'node:util'
import { UsageError } from '../../cli/exit.js'
import { PACKAGE, VERSION } from '../version.js'

const HELLO = `import { defineJob } from 'job-server'

export const hello = defineJob({
  key: 'hello',
  version: 1,
  /** @param {{ name?: string }} params */
  async run({ name = 'world' }, ctx) {
    await ctx.progress(50, 'thinking of something nice')
    ctx.logger.info('greeting', { name })
    return { greeting: \`Hello, \${name}!\` }
  },
})
`

const ENV = `# Modules with your definitions, comma separated.
JOB_DEFINITIONS=jobs/hello.js

# Everything else has a default: npx job-server config print
`

/**
 * Writes a project with one definition, which runs as it is: with this very package in it, since no registry has it.
 *
 * @returns what to do next.
 * @throws UsageError when the folder holds anything but a hidden folder such as `.git`.
 */
export async function initProject(folder: string): Promise<string> {
  const root = resolve(folder)
  const there = await readdir(root).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  })
  if (there.some((name) => name !== '.git'))
    throw new UsageError(`${root} is not empty: name a new folder, such as job-server init my-jobs`)
  await mkdir(root, { recursive: true })
  const archive = await packInto(root)
  for (const [path, text] of Object.entries(filesOf(basename(root), archive))) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text, { flag: 'wx' })
  }
  const step = root === process.cwd() ? '' : `  cd ${relative(process.cwd(), root)}\n`
  return `A project is in ${root}. Next:

${step}  npm install
  npm start

and, from the same folder in another terminal:

  npx job-server enqueue hello -p name=Ada --follow
`
}

/** @returns the name of the archive. */
async function packInto(folder: string): Promise<string> {
  const args = ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder]
  try {
    await promisify(execFile)('npm', args, { cwd: new URL('.', PACKAGE) })
  } catch (error) {
    throw new Error(`npm could not pack job-server into ${folder}: ${String(error)}`, { cause: error })
  }
  return `job-server-${VERSION}.tgz`
}

function filesOf(name: string, archive: string): Readonly<Record<string, string>> {
  const manifest = {
    name: /^[a-z0-9][a-z0-9._-]*$/.test(name) ? name : 'my-jobs',
    private: true,
    type: 'module',
    scripts: { start: 'job-server start', doctor: 'job-server doctor' },
    dependencies: { 'job-server': `file:${archive}` },
  }
  return {
    'package.json': `${JSON.stringify(manifest, null, 2)}\n`,
    'jobs/hello.js': HELLO,
    '.env': ENV,
    '.gitignore': 'node_modules/\ndata/\n',
  }
}
