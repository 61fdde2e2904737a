import { mkdtemp, rm } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'vite'

const ROOT = fileURLToPath(new URL('../../../../', import.meta.url))
const PROGRAM = 'test/adapters/isolation/support/isolate-program'

export interface IsolateProgram {
  /** What Node runs as it is; at a path that the isolates of no other test have. */
  readonly path: string
  remove(): Promise<void>
}

/** Compiles the isolates' program once: from its source, by tsx, each isolate would take five times as long to start. */
export async function buildIsolateProgram(): Promise<IsolateProgram> {
  const outDir = await mkdtemp(join(tmpdir(), 'isolate-program-'))
  const output = { preserveModules: true, preserveModulesRoot: ROOT, entryFileNames: '[name].mjs' }
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: { ssr: `${PROGRAM}.ts`, outDir, emptyOutDir: false, rolldownOptions: { output } },
  })
  return {
    path: join(outDir, `${PROGRAM}.mjs`),
    remove: () => rm(outDir, { recursive: true, force: true }),
  }
}

const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href
/** The guard of a pool is started from its source, with the same arguments as the isolates. */
export const NODE_ARGUMENTS = [
  '--import',
  `data:text/javascript,if (process.argv[1].endsWith('.ts')) await import('${tsx}')`,
]
