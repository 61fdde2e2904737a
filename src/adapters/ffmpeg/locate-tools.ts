import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { access, chmod, copyFile, mkdir, rename, stat } from 'node:fs/promises'
import { basename, delimiter, dirname, isAbsolute, join, resolve } from 'node:path'

/** Absolute paths of the two programs. */
export interface Tools {
  readonly ffmpeg: string
  readonly ffprobe: string
}

/** Where to look, in this order: the given paths, the search path, the optional npm packages. */
export interface ToolSources {
  /** `FFMPEG_PATH`: this one or none. */
  readonly ffmpegPath?: string | null
  /** `FFPROBE_PATH`: this one or none; absent: beside `ffmpegPath`, then as usual. */
  readonly ffprobePath?: string | null
  /** Folders as in `PATH`, which is the default. */
  readonly searchPath?: string
  /** The binary inside the optional npm package, or `null` when it is not installed. */
  readonly packaged?: (tool: keyof Tools) => Promise<string | null>
  /** Absolute: where a packaged binary is copied to when it is not executable and cannot be made so in place. */
  readonly copyDir?: string
}

const VERSION_TIMEOUT_MS = 10_000
const LIBAVFORMAT_OF_FFMPEG_5 = 59

/** Both tools, each proved to run; `null` when one is missing. Never throws. */
export async function locateTools(sources: ToolSources = {}): Promise<Tools | null> {
  const searchPath = sources.searchPath ?? process.env.PATH ?? ''
  const folders = searchPath.split(delimiter).filter(isAbsolute)
  const beside = sources.ffmpegPath?.includes('/') === true ? [dirname(resolve(sources.ffmpegPath))] : []
  const [ffmpeg, ffprobe] = await Promise.all([
    locate('ffmpeg', sources.ffmpegPath ?? null, folders, sources),
    locate('ffprobe', sources.ffprobePath ?? null, [...beside, ...folders], sources),
  ])
  return ffmpeg === null || ffprobe === null ? null : { ffmpeg, ffprobe }
}

/** Which option sets the frame rate mode: `-fps_mode` came with ffmpeg 5.1, and `-vsync` went with ffmpeg 9. */
export async function frameRateOption(ffmpeg: string): Promise<'-vsync' | '-fps_mode'> {
  const [, major = 0] = /^libavformat +(\d+)/m.exec((await versionOf(ffmpeg)) ?? '') ?? []
  return Number(major) > LIBAVFORMAT_OF_FFMPEG_5 ? '-fps_mode' : '-vsync'
}

async function locate(
  tool: keyof Tools,
  configured: string | null,
  folders: readonly string[],
  { packaged = fromPackage, copyDir }: ToolSources,
): Promise<string | null> {
  const candidates = configured?.includes('/')
    ? [resolve(configured)]
    : folders.map((folder) => join(folder, configured ?? tool))
  for (const candidate of candidates) if (await runs(candidate)) return candidate
  if (configured !== null) return null
  const inPackage = await packaged(tool)
  if (inPackage === null) return null
  const executable = await madeExecutable(inPackage, copyDir)
  return executable !== null && (await runs(executable)) ? executable : null
}

async function fromPackage(tool: keyof Tools): Promise<string | null> {
  try {
    const { default: found } =
      tool === 'ffmpeg'
        ? await import('@ffmpeg-installer/ffmpeg')
        : await import('@ffprobe-installer/ffprobe')
    return found.path
  } catch {
    return null
  }
}

async function runs(file: string): Promise<boolean> {
  try {
    if (!(await stat(file)).isFile()) return false
  } catch {
    return false
  }
  return (await versionOf(file)) !== null
}

/** What a tool says of its version; `null` when it does not run. */
function versionOf(file: string): Promise<string | null> {
  return new Promise((done) => {
    const options = { timeout: VERSION_TIMEOUT_MS, killSignal: 'SIGKILL', env: toolEnvironment() } as const
    execFile(file, ['-version'], options, (error, stdout) => {
      done(error === null ? stdout : null)
    })
  })
}

/** Packages installed without their install scripts, or by another user, come with binaries that are not executable. */
async function madeExecutable(file: string, copyDir: string | undefined): Promise<string | null> {
  if (await isExecutable(file)) return file
  try {
    await chmod(file, 0o755)
    if (await isExecutable(file)) return file
  } catch {
    // The folder may be read-only or belong to someone else.
  }
  if (copyDir === undefined) return null
  try {
    const copy = join(copyDir, basename(file))
    const [original, existing] = await Promise.all([stat(file), stat(copy).catch(() => null)])
    if (existing?.size === original.size && (await isExecutable(copy))) return copy
    await mkdir(copyDir, { recursive: true })
    const partial = `${copy}.${randomUUID()}`
    await copyFile(file, partial)
    await chmod(partial, 0o755)
    await rename(partial, copy)
    return copy
  } catch {
    return null
  }
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** What the tools get of the server's environment: enough to start, none of its secrets, no FFREPORT. */
export function toolEnvironment(): NodeJS.ProcessEnv {
  const names = ['PATH', 'LD_LIBRARY_PATH', 'HOME', 'TMPDIR'] as const
  const passed = Object.fromEntries(
    names.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
  )
  // Static builds load the character sets of another glibc, and crash at every MPEG-TS; without them they just go on.
  return { ...passed, GCONV_PATH: '/nonexistent' }
}
