import { readFileSync } from 'node:fs'
import type { Row } from '../../src/adapters/sql/dialect.js'

interface Invariant {
  /** Its number in the list of invariants: `I5`. */
  readonly number: string
  readonly sentence: string
  readonly sql: string
}

/** Every invariant that SQL can see; `invariants.sql` has one query under a header `-- I5: …` for each. */
export const INVARIANTS: readonly Invariant[] = readFileSync(
  new URL('./invariants.sql', import.meta.url),
  'utf8',
)
  .split(/^(?=-- I\d+: )/m)
  .flatMap((section) => {
    const header = /^-- (I\d+): (.+)\n/.exec(section)
    if (header === null) return []
    const sql = section.slice(header[0].length).trim().replace(/;$/, '')
    return [{ number: header[1] as string, sentence: header[2] as string, sql }]
  })

/**
 * Throws with the first invariants that the data break, and the rows that break them.
 *
 * @param without numbers to leave out: `I7` where a limit was lowered while jobs were running.
 */
export async function checkInvariants(
  run: (sql: string) => Promise<readonly Row[]>,
  { without = [] }: { readonly without?: readonly string[] } = {},
): Promise<void> {
  const broken: string[] = []
  for (const { number, sentence, sql } of INVARIANTS) {
    if (without.includes(number)) continue
    const rows = await run(sql)
    if (rows.length > 0) broken.push(`${number} is broken (${sentence}): ${JSON.stringify(rows.slice(0, 5))}`)
  }
  if (broken.length > 0) throw new Error(broken.join('\n'))
}
