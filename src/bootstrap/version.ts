import { readFileSync } from 'node:fs'

const PACKAGE = import.meta.url.endsWith('.ts') ? '../../package.json' : '../../../package.json'

/** The version of this server, as its package said when this process began. */
export const VERSION = inPackage()

/** The version that its package says now; `null` while there is none. */
export function versionInPlace(): string | null {
  try {
    return inPackage()
  } catch (error) {
    // What cannot be read just now has not changed.
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? null : VERSION
  }
}

function inPackage(): string {
  return (JSON.parse(readFileSync(new URL(PACKAGE, import.meta.url), 'utf8')) as { version: string }).version
}
