import { readFileSync } from 'node:fs'

/** Of this server. */
export const PACKAGE = new URL(
  import.meta.url.endsWith('.ts') ? '../../package.json' : '../../../package.json',
  import.meta.url,
)

/** The version of this server, as its package said when this process began. */
export const VERSION = versionIn(PACKAGE)

/** @throws when there is none that can be read. */
export function versionIn(packageFile: URL): string {
  return (JSON.parse(readFileSync(packageFile, 'utf8')) as { version: string }).version
}
