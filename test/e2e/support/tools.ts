import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const PROGRAMS = fileURLToPath(new URL('bin/', import.meta.url))

/** Puts commands into a folder that goes ahead of `PATH`; each is a line of shell, `"$@"` its arguments. @returns that `PATH`. */
export function putTools(bin: string, tools: Readonly<Record<string, string>>): string {
  mkdirSync(bin, { recursive: true })
  for (const [name, line] of Object.entries(tools)) {
    writeFileSync(join(bin, name), `#!/bin/sh\n${line}\n`)
    chmodSync(join(bin, name), 0o755)
  }
  return `${bin}${delimiter}${process.env.PATH ?? ''}`
}

export const JQ = `exec '${process.execPath}' '${PROGRAMS}jq.mjs' "$@"`

/** `npm` and `npx` of a document; see the program. */
export function npmAs(name: 'npm' | 'npx'): string {
  return `exec '${process.execPath}' '${PROGRAMS}npm.mjs' ${name} "$@"`
}

/** `curl` that notes what it was answered; see the program. */
export function notingCurl(): string {
  const real = execFileSync('sh', ['-c', 'command -v curl'], { encoding: 'utf8' }).trim()
  return `REAL_CURL='${real}' exec bash '${PROGRAMS}curl.sh' "$@"`
}
