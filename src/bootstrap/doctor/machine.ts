import { existsSync } from 'node:fs'
import { access, constants, stat, statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { locateTools } from '../../adapters/ffmpeg/locate-tools.js'
import type { Config } from '../config.js'
import { toolsDirOf } from '../isolate-options.js'
import { refusalToListen } from '../listener.js'
import { broken, ok, reasonOf, warning, type Finding } from './finding.js'

/** What `engines` of the package asks for. */
const OLDEST_NODE: readonly [number, number] = [20, 19]
const MIN_FREE_BYTES = 10 * 1024 * 1024
const GIB = 1024 ** 3

export function examineNode(version: string): Finding {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number)
  const [oldestMajor, oldestMinor] = OLDEST_NODE
  return major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)
    ? ok('node', version)
    : broken('node', `${version} is too old`, `install Node.js ${OLDEST_NODE.join('.')} or newer`)
}

export async function examineTools(config: Config): Promise<Finding> {
  const { ffmpegPath, ffprobePath } = config
  const tools = await locateTools({ ffmpegPath, ffprobePath, copyDir: toolsDirOf(config) })
  if (tools !== null) return ok('ffmpeg', `${tools.ffmpeg}, ${tools.ffprobe}`)
  return (ffmpegPath ?? ffprobePath) === null
    ? warning(
        'ffmpeg',
        'not found: video jobs are refused, everything else works',
        'install ffmpeg, or name it with FFMPEG_PATH and FFPROBE_PATH',
      )
    : broken(
        'ffmpeg',
        'FFMPEG_PATH and FFPROBE_PATH do not lead to programs that run: no video jobs',
        'correct them, or unset them to have ffmpeg looked up',
      )
}

/** Where files are kept, and the SQLite file, where that is elsewhere. */
export async function examineDisk({ dataDir, maxUploadBytes, database }: Config): Promise<Finding[]> {
  const files = examineFolder('DATA_DIR', dataDir, maxUploadBytes)
  if (database.kind !== 'sqlite' || dirname(database.path) === dataDir) return [await files]
  return [await files, await examineFolder('DATABASE_URL', dirname(database.path))]
}

async function examineFolder(variable: string, path: string, maxUploadBytes = 0): Promise<Finding> {
  const folder = nearestFolder(path)
  try {
    if (!(await stat(folder)).isDirectory()) throw new Error(`${folder} is not a folder`)
    await access(folder, constants.W_OK | constants.X_OK)
    const { bavail, bsize } = await statfs(folder)
    const free = bavail * bsize
    const says = `${(free / GIB).toFixed(1)} GiB free in ${folder}`
    if (free < MIN_FREE_BYTES)
      return broken('disk', says, `make room, or set ${variable} to a folder on another disk`)
    return free < maxUploadBytes
      ? warning('disk', `${says}, less than MAX_UPLOAD_BYTES`, 'make room, or lower MAX_UPLOAD_BYTES')
      : ok('disk', says)
  } catch (error) {
    return broken(
      'disk',
      `${variable} ${path} cannot be written: ${reasonOf(error)}`,
      `set ${variable} to a folder that this user may write to, or change its owner`,
    )
  }
}

/** A folder that is yet to be made is made in this one. */
function nearestFolder(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestFolder(dirname(path))
}

/** Whether the API could listen; that a job server does so already is well. */
export async function examinePort({ host, port }: Pick<Config, 'host' | 'port'>): Promise<Finding> {
  const refusal = await refusalToListen({ host, port })
  if (refusal === null) return ok('port', port === 0 ? 'any free one' : `${port} on ${host} is free`)
  if (refusal.code === 'EADDRNOTAVAIL' || refusal.code === 'ENOTFOUND')
    return broken('port', `HOST ${host} is not an address of this machine`, 'correct or unset HOST')
  if (refusal.code !== 'EADDRINUSE')
    return broken('port', `${port} on ${host}: ${refusal.message}`, 'set PORT to one above 1023')
  return (await isJobServer(host, port))
    ? ok('port', `a job server listens on port ${port}`)
    : broken(
        'port',
        `${port} on ${host} is in use by another program`,
        'set PORT to a free one, or end that program',
      )
}

async function isJobServer(host: string, port: number): Promise<boolean> {
  const name = host.includes(':') ? `[${host}]` : host
  try {
    const answer = await fetch(`http://${name}:${port}/openapi.json`, { signal: AbortSignal.timeout(3_000) })
    const { info } = (await answer.json()) as { info?: { title?: unknown } }
    return info?.title === 'Job Server'
  } catch {
    return false
  }
}
