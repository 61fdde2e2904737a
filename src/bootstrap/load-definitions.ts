import { existsSync, statSync } from 'node:fs'
import Module, { createRequire, register } from 'node:module'
import { resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import type { JobRegistry } from '../application/job-registry.js'
import type { AnyJobDefinition } from '../domain/job-definition.js'
import { ConfigError } from './config-error.js'

/** What `job-server` means to a module: the whole server, or only what handlers need. */
type Meaning = 'index' | 'handlers'

function urlOf(meaning: Meaning): string {
  return new URL(`../${meaning}.${import.meta.url.endsWith('.ts') ? 'ts' : 'js'}`, import.meta.url).href
}

/** What the first guide called the server. A file of that name beside the module goes first. */
const FORMER_NAME = /^\.{1,2}\/(?:.*\/)?worker\/registry(?:\.[jt]s)?$/
/** What definitions are written with. Where it is not installed beside the module, the server's own will do. */
const LENT = /^zod(?:\/|$)/

/** Says to the module loader what `job-server` means, wherever the importing module lies: this very server. */
const RESOLVER = `
let server
export function initialize(data) { server = data.server }
export async function resolve(specifier, context, next) {
  if (specifier === 'job-server') return next(server, context)
  try {
    return await next(specifier, context)
  } catch (error) {
    if (${String(FORMER_NAME)}.test(specifier)) return next(server, context)
    if (${String(LENT)}.test(specifier)) return next(specifier, { ...context, parentURL: server })
    throw error
  }
}`

let resolves = false
let readsTypeScript = false

/** Teaches this process what `job-server` is: for imports, and for `require`, which Node 20 resolves apart. */
function resolveJobServer(meaning: Meaning): void {
  if (resolves) return
  resolves = true
  const server = urlOf(meaning)
  register(`data:text/javascript,${encodeURIComponent(RESOLVER)}`, { data: { server } })
  const loader = Module as unknown as { _resolveFilename: (request: string, ...rest: unknown[]) => string }
  const original = loader._resolveFilename.bind(loader)
  const ofServer = createRequire(server)
  loader._resolveFilename = (request, ...rest) => {
    if (request === 'job-server') return fileURLToPath(server)
    try {
      return original(request, ...rest)
    } catch (error) {
      if (FORMER_NAME.test(request)) return fileURLToPath(server)
      if (LENT.test(request) && !isOfServer(rest[0])) return ofServer.resolve(request)
      throw error
    }
  }
  // What the server itself does not find is not there.
  function isOfServer(parent: unknown): boolean {
    return (parent as { filename?: unknown } | null)?.filename === fileURLToPath(server)
  }
}

/** Costs a quarter of a second, which a process without TypeScript modules need not pay. */
async function readTypeScript(): Promise<void> {
  if (readsTypeScript) return
  readsTypeScript = true
  const [esm, cjs] = await Promise.all([import('tsx/esm/api'), import('tsx/cjs/api')])
  esm.register()
  cjs.register()
}

/**
 * Loads a user's definition modules: TypeScript or JavaScript, in any folder. Each registers through `jobRegistry`, or
 * exports definitions, or both.
 *
 * @param paths relative to the working directory, or absolute.
 * @throws ConfigError, one line, when one cannot be loaded.
 */
export async function loadDefinitions(
  paths: readonly string[],
  registry: JobRegistry,
  meaning: Meaning = 'index',
): Promise<void> {
  // Before `job-server` is taught: of two hooks the later one is asked first.
  if (paths.some((path) => /\.[cm]?tsx?$/.test(path))) await readTypeScript()
  if (paths.length > 0) resolveJobServer(meaning)
  const files = new Map(paths.map((path) => [resolve(path), path]))
  for (const [file, path] of files) {
    if (!existsSync(file) || !statSync(file).isFile()) throw broken(path, `there is no file ${file}`)
    try {
      await loadModule(file, registry)
    } catch (error) {
      throw broken(path, error instanceof Error ? error.message : String(error))
    }
  }
}

async function loadModule(file: string, registry: JobRegistry): Promise<void> {
  const known = registry.refs().length
  const loaded = (await import(pathToFileURL(file).href)) as Record<string, unknown>
  const exported = exportedDefinitions(loaded)
  for (const definition of exported) registry.register(definition as never)
  if (exported.length === 0 && registry.refs().length === known)
    throw new Error('it neither registers nor exports a definition')
}

function exportedDefinitions(loaded: Record<string, unknown>): AnyJobDefinition[] {
  const found = new Set<AnyJobDefinition>()
  const visit = (value: unknown, depth: number): void => {
    if (typeof value !== 'object' || value === null) return
    if (isDefinition(value)) found.add(value)
    else if (Array.isArray(value)) value.forEach((item) => visit(item, depth))
    // A CommonJS module arrives as the default export; what it exports, and its own default, lie below that.
    else if (depth > 0) {
      for (const [name, item] of Object.entries(value)) visit(item, name === 'default' ? depth - 1 : 0)
    }
  }
  visit({ ...loaded }, 3)
  return [...found]
}

/** Meant as one; whether it is well-formed is for the registry to say. */
function isDefinition(value: object): value is AnyJobDefinition {
  return 'key' in value && 'run' in value
}

function broken(path: string, reason: string): ConfigError {
  const line = reason.replace(/\s+/g, ' ').trim().slice(0, 500)
  return new ConfigError([`JOB_DEFINITIONS: cannot load ${path}: ${line}`])
}
