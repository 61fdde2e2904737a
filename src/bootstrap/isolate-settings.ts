import type { Config } from './config.js'

/** What an isolate is told of its worker's configuration; nothing of the database, nor of where files are kept. */
export interface IsolateSettings {
  readonly toolsDir: string
  readonly ffmpegPath: string | null
  readonly ffprobePath: string | null
  readonly callApiMode: Config['callApiMode']
  readonly modules: readonly string[]
  readonly graceMs: number
  readonly hookMs: number
}

const VARIABLE = 'JOB_SERVER_ISOLATE'

export function writeIsolateSettings(settings: IsolateSettings): Record<string, string> {
  return { [VARIABLE]: JSON.stringify(settings) }
}

/** Takes them out of the environment: they are no business of handlers. */
export function readIsolateSettings(): IsolateSettings {
  const settings = JSON.parse(process.env[VARIABLE] ?? '{}') as IsolateSettings
  Reflect.deleteProperty(process.env, VARIABLE)
  return settings
}
