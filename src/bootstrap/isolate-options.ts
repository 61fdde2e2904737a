import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { IsolatePoolOptions } from '../adapters/isolation/isolate-pool.js'
import { VARIABLES } from './config-schema.js'
import type { Config } from './config.js'
import { writeIsolateSettings, type IsolateSettings } from './isolate-settings.js'
import { watchProgram } from './replaced-program.js'
import { PACKAGE } from './version.js'

const IDLE_MS = 30_000
/** A start takes as long as some thousand brief runs; one that has grown goes before. */
const MAX_RUNS = 100_000
/** Where the driver of PostgreSQL finds the password of an address that has none. */
const POSTGRES_KEYS = new Set(['PGPASSWORD', 'PGPASSFILE'])
const AMAZON_KEYS = new Set(['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'])

/** How isolates of this process are started: from the sources when it runs from them, else from the build. */
export function isolatePoolOptions(
  config: Config,
  env: Readonly<Record<string, string | undefined>>,
  hookMs: number,
): IsolatePoolOptions {
  const fromSources = import.meta.url.endsWith('.ts')
  const settings: IsolateSettings = {
    toolsDir: toolsDirOf(config),
    ffmpegPath: config.ffmpegPath,
    ffprobePath: config.ffprobePath,
    callApiMode: config.callApiMode,
    modules: config.definitionModules,
    graceMs: config.cancelGraceMs,
    hookMs,
  }
  const program = fileURLToPath(new URL(`./isolate.${fromSources ? 'ts' : 'js'}`, import.meta.url))
  return {
    program,
    isReplaced: watchProgram(program, PACKAGE),
    nodeArguments: fromSources
      ? ['--import', pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href]
      : [],
    env: { ...handlersEnvironment(env, config), ...writeIsolateSettings(settings) },
    idleMs: IDLE_MS,
    spares: config.spareIsolates,
    maxRuns: MAX_RUNS,
  }
}

/** Where copies of ffmpeg are kept that can be executed. */
export function toolsDirOf({ dataDir }: Pick<Config, 'dataDir'>): string {
  return join(dataDir, 'tmp', 'tools')
}

/**
 * The worker's environment without the server's own variables (the database's password is among them) and without npm's. Keys under
 * Amazon's and PostgreSQL's names are the server's own as long as it opens its file store or its database with them, else the handlers'.
 */
function handlersEnvironment(
  env: Readonly<Record<string, string | undefined>>,
  { files, database }: Pick<Config, 'files' | 'database'>,
): Record<string, string> {
  const opensStore = files.kind === 's3' && files.keys === null
  const logsIn = database.kind === 'postgres'
  const entries = Object.entries(env).flatMap(([name, value]): [string, string][] => {
    const isKey = (opensStore && AMAZON_KEYS.has(name)) || (logsIn && POSTGRES_KEYS.has(name))
    const isOwn = name in VARIABLES || isKey
    return value === undefined || isOwn || name === 'NODE_OPTIONS' || /^npm_/i.test(name)
      ? []
      : [[name, value]]
  })
  return Object.fromEntries(entries)
}
