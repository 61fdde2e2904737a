import { statSync } from 'node:fs'
import { versionIn } from './version.js'

/**
 * Tells whether another program is in the place of one, or none: installed packages have the time of no build, and builds of one
 * version none of their own. What cannot be read just now, as on a shared folder that fails, has not changed.
 */
export function watchProgram(program: string, packageFile: URL): () => boolean {
  const facts = [
    () => versionIn(packageFile),
    () => {
      const { mtimeMs, size } = statSync(program)
      return [mtimeMs, size].join()
    },
  ]
  const own = facts.map(seen)
  return () =>
    facts.some((fact, index) => {
      const now = seen(fact)
      return now !== undefined && now !== own[index]
    })
}

/** `null` when it is not there, `undefined` when that cannot be told. */
function seen(fact: () => string): string | null | undefined {
  try {
    return fact()
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? null : undefined
  }
}
