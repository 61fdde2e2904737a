/** Errors that read alike. */
export interface ErrorGroup<T> {
  readonly definitionKey: string
  /** The first line, with what differs from job to job replaced. */
  readonly title: string
  readonly members: readonly T[]
}

interface Failed {
  readonly definitionKey: string
  readonly errorSummary: string | null
}

/** The first line of an error without what differs from job to job: ids, addresses, numbers. */
export function errorTitle(summary: string | null): string {
  const line = (summary ?? '').split('\n', 1)[0]?.trim() ?? ''
  if (line === '') return 'no error was told'
  return (
    line
      .replace(/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '<id>')
      .replace(/\b0x[0-9a-f]+\b|\b[0-9a-f]{16,}\b/gi, '<id>')
      // Digits and letters mixed are shorter ids; a digit after a letter, as in `v3`, belongs to a name.
      .replace(/\b(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{6,}\b/gi, '<id>')
      .replace(/(?<![a-z_])\d+(?:[.:]\d+)*/gi, '<n>')
  )
}

/** Groups of one definition and one error each, the largest first, then the newest. */
export function groupErrors<T extends Failed>(letters: readonly T[]): readonly ErrorGroup<T>[] {
  const groups = new Map<string, { definitionKey: string; title: string; members: T[] }>()
  for (const letter of letters) {
    const { definitionKey } = letter
    const title = errorTitle(letter.errorSummary)
    const name = JSON.stringify([definitionKey, title])
    const group = groups.get(name) ?? { definitionKey, title, members: [] }
    group.members.push(letter)
    groups.set(name, group)
  }
  return [...groups.values()].sort((a, b) => b.members.length - a.members.length)
}
