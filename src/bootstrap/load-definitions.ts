import { existsSync, statSync } from 'node:fs'
import Module, { register } from 'node:module'
import { resolve } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { register as registerTypeScript } from 'tsx/esm/api'
import { register as registerTypeScriptRequire } from 'tsx/cjs/api'
import type { JobRegistry } from '../application/job-registry.js'
import { refOf, type AnyJobDefinition } from '../domain/job-definition.js'
import { ConfigError } from './config.js'

const SERVER = new URL(import.meta.url.endsWith('.ts') ? '../index.ts' : '../index.js', import.meta.url)

/** Says to the module loader what `job-server` means, wherever the importing module lies: this very server. */
const RESOLVER = `
let server
export function initialize(data) { server = data.server }
export function resolve(specifier, context, next) {
  return specifier === 'job-server' ? { url: server, shortCircuit: true } : next(specifier, context)
}`

let resolves = false

/** The same for \`require\`, which Node 20 resolves apart from imports. */
function resolveJobServer(): void {
  if (resolves) return
  resolves = true
  registerTypeScript()
  registerTypeScriptRequire()
  register(`data:text/javascript,${encodeURIComponent(RESOLVER)}`, { data: { server: SERVER.href } })
  const loader = Module as unknown as { _resolveFilename: (request: string, ...rest: unknown[]) => string }
  const original = loader._resolveFilename.bind(loader)
  loader._resolveFilename = (request, ...rest) =>
    request === 'job-server' ? fileURLToPath(SERVER) : original(request, ...rest)
}

/**
 * Loads a user's definition modules: TypeScript or JavaScript, in any folder. Each registers through `jobRegistry`, or
 * exports definitions, or both.
 *
 * @param paths relative to the working directory, or absolute.
 * @throws ConfigError, one line, when one cannot be loaded.
 */
export async function loadDefinitions(paths: readonly string[], registry: JobRegistry): Promise<void> {
  if (paths.length > 0) resolveJobServer()
  for (const path of paths) {
    const file = resolve(path)
    if (!existsSync(file) || !statSync(file).isFile()) throw broken(path, 'there is no such file')
    const known = registry.refs().length
    try {
      const loaded = (await import(pathToFileURL(file).href)) as Record<string, unknown>
      for (const definition of exportedDefinitions(loaded)) registry.register(definition as never)
    } catch (error) {
      throw broken(path, error instanceof Error ? error.message : String(error))
    }
    if (registry.refs().length === known && known === 0)
      throw broken(path, 'it registers and exports no definition')
  }
}

function exportedDefinitions(loaded: Record<string, unknown>): AnyJobDefinition[] {
  const found = new Map<string, AnyJobDefinition>()
  const visit = (value: unknown, depth: number): void => {
    if (typeof value !== 'object' || value === null) return
    if (Array.isArray(value)) value.forEach((item) => visit(item, depth))
    else if (isDefinition(value)) found.set(refOf(value), value)
    // A CommonJS module arrives as the default export, and its own default below that.
    else if (depth > 0 && 'default' in value) Object.values(value).forEach((item) => visit(item, depth - 1))
  }
  Object.values(loaded).forEach((value) => visit(value, 1))
  return [...found.values()]
}

function isDefinition(value: object): value is AnyJobDefinition {
  return 'key' in value && 'version' in value && 'run' in value && typeof value.run === 'function'
}

function broken(path: string, reason: string): ConfigError {
  const line = reason.split('\n')[0] ?? ''
  return new ConfigError([`JOB_DEFINITIONS: cannot load ${path}: ${line}`])
}
