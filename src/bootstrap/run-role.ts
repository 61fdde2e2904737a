import type { Container } from 'inversify'
import { redactor } from '../adapters/logging/redact.js'
import { jobRegistry } from '../application/default-registry.js'
import type { Logger } from '../application/ports/logger.js'
import { SchemaTooNewError } from '../domain/errors.js'
import { tellWhoGetsIn } from './access.js'
import { assemble } from './assemble.js'
import { banner } from './banner.js'
import { ConfigError } from './config-error.js'
import { loggerOf } from './config-logger.js'
import type { Config } from './config.js'
import { bindStores, createContainer } from './container.js'
import { declaredScheduleFlaws } from './declared-schedule-flaws.js'
import { builtinsOf, deliveryOf } from './definitions.js'
import { StartError } from './listener.js'
import { loadDefinitions } from './load-definitions.js'
import { openStores, untilDatabaseAnswers } from './open-stores.js'
import { readConfig } from './read-config.js'
import { EXIT, onStopSignals } from './signals.js'
import { TOKENS } from './tokens.js'
import { UsageError } from './usage-error.js'

export interface Role {
  readonly name: string
  readonly api: boolean
  readonly worker: boolean
  readonly scheduler: boolean
  /** Tells a person where to go next. */
  readonly banner: boolean
}

/**
 * Runs one role as this process: from the environment to the exit code. Migrates, publishes, recovers and does the role's
 * own work until a signal stops it.
 *
 * Exit codes: 0 after a clean stop, 78 for a configuration that cannot be used, 1 otherwise.
 */
export function runRole(role: Role): Promise<void> {
  // On Node 20 the SDK of the file store would tell whoever runs this server which of its later versions not to install.
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] ??= 'true'
  return orExit(async () => {
    const config = readConfig()
    const logger = loggerOf(config, config.logLevel).child({ role: role.name })
    const container = await containerWithDefinitions(config, logger)
    const lifecycle = container.get(TOKENS.lifecycle)
    const waiting = new AbortController()
    let hurried = false
    onStopSignals({
      stop: (signal) => {
        logger.info('stopping', { signal })
        waiting.abort()
        void lifecycle.stop().then((clean) => process.exit(clean && !hurried ? EXIT.ok : EXIT.failed))
      },
      hurry: (signal) => {
        logger.warn('stopping at once', { signal })
        hurried = true
        lifecycle.hurry()
      },
    })
    onStrayErrors(role, logger)

    const signal = waiting.signal
    const open = () => openStores(config, logger)
    const stores = await untilDatabaseAnswers(open, { logger, signal }).catch((error: unknown) => {
      if (signal.aborted) return null
      throw error
    })
    if (stores === null) return
    bindStores(container, stores)
    const { host, port, healthPort } = config
    const api = assemble(container, {
      api: role.api ? { host, port } : null,
      worker: role.worker,
      scheduler: role.scheduler,
      health: role.api || healthPort === null ? null : { host, port: healthPort },
      files: role.api || role.worker,
      closeStores: true,
    })
    await lifecycle.start()
    if (lifecycle.isStopping) return
    tellLonelyFiles(role, config, logger)
    if (role.api) await tellWhoGetsIn(config, container.get(TOKENS.keyRing), logger)
    logger.info('ready', { pid: process.pid, url: api?.url ?? null })
    if (role.api || role.worker) await tellUselessTools(container)
    if (role.banner && api?.url != null) {
      const hasFfmpeg = await container.get(TOKENS.encoder).isAvailable()
      process.stdout.write(banner(api.url, config.database, hasFfmpeg))
    }
  })
}

/** A role by itself on a database for many machines is likely to have its other half elsewhere. */
function tellLonelyFiles(role: Role, { database, files }: Config, logger: Logger): void {
  if (role.api === role.worker || database.kind !== 'postgres') return
  if (files.kind === 's3' || files.isNamed) return
  logger.warn('videos are kept in a folder of this machine, which other machines do not see: see FILES', {
    folder: files.path,
  })
}

/** Programs that were named and do not run are worth a word; that nobody has ffmpeg is not. */
async function tellUselessTools(container: Container): Promise<void> {
  const { ffmpegPath, ffprobePath } = container.get(TOKENS.config)
  if ((ffmpegPath ?? ffprobePath) === null || (await container.get(TOKENS.encoder).isAvailable())) return
  container
    .get(TOKENS.logger)
    .warn('FFMPEG_PATH and FFPROBE_PATH do not lead to programs that run: no video jobs', {
      ffmpegPath,
      ffprobePath,
    })
}

/** The registry of the command-line roles, filled: built-ins first, so that no module takes their names. */
export async function containerWithDefinitions(
  config: Config,
  logger: Logger,
): Promise<ReturnType<typeof createContainer>> {
  const container = createContainer({ config, logger, registry: jobRegistry })
  for (const definition of [deliveryOf(container), ...builtinsOf(container)])
    jobRegistry.register(definition as never)
  await loadDefinitions(config.definitionModules, jobRegistry)
  const flaws = declaredScheduleFlaws(jobRegistry, container.get(TOKENS.calendar))
  if (flaws.length > 0) throw new ConfigError(flaws.map((flaw) => `JOB_DEFINITIONS: ${flaw}`))
  return container
}

/** Runs to its end what a person started; a foreseeable failure is told in lines, not in stacks. */
export async function orExit(work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    const lines = error instanceof ConfigError ? error.lines : [startFailure(error)]
    process.stderr.write(redactor([])(lines.map((line) => `${line}\n`).join('')))
    process.exit(error instanceof ConfigError ? EXIT.misconfigured : EXIT.failed)
  }
}

/** What says by itself what is wrong. */
const FORESEEN = [StartError, UsageError, SchemaTooNewError]

function startFailure(error: unknown): string {
  if (FORESEEN.some((kind) => error instanceof kind)) return (error as Error).message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}

/**
 * A rejection that nobody handles ends a process whose code is all ours. In a worker it is most likely a promise that some
 * handler left behind: it is logged and the jobs of others go on. An exception outside any promise ends both.
 */
function onStrayErrors(role: Role, logger: Logger): void {
  const tell = (message: string, reason: unknown): void => {
    logger.error(message, {
      error: reason instanceof Error ? (reason.stack ?? reason.message) : String(reason),
    })
  }
  process.on('unhandledRejection', (reason) => {
    tell('a promise was rejected and nobody handled it', reason)
    if (!role.worker) process.exit(EXIT.failed)
  })
  process.on('uncaughtException', (error) => {
    tell('an exception was not caught', error)
    process.exit(EXIT.failed)
  })
}
