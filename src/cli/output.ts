import type { Io } from './io.js'

export const FORMATS = ['table', 'json', 'jsonl'] as const
export type Format = (typeof FORMATS)[number]

export interface Column<Row> {
  readonly head: string
  readonly of: (row: Row) => unknown
}

const COLOURS: Readonly<Record<string, string>> = {
  succeeded: '32',
  failed: '31',
  running: '36',
  cancelling: '33',
  cancelled: '33',
  ok: '32',
  warning: '33',
  broken: '31',
}
/** No cell makes a line unreadable; the whole value is in the other formats. */
const MAX_CELL = 80

/** Writes answers in the format that was asked for. */
export class Output {
  constructor(
    private readonly io: Io,
    readonly format: Format,
  ) {}

  /**
   * A list.
   *
   * @param answer what the server said: all of it is the JSON.
   * @param rows its items: a line of JSON each, or a row of the table.
   */
  list<Row extends object>(answer: object, rows: readonly Row[], columns: readonly Column<Row>[]): void {
    if (this.format === 'json') this.json(answer)
    else if (this.format === 'jsonl') for (const row of rows) this.line(row)
    else if (rows.length === 0) this.io.err('none\n')
    else this.table(rows, columns)
  }

  /** One thing, with all that is known of it. */
  one(thing: object): void {
    if (this.format === 'json') this.json(thing)
    else if (this.format === 'jsonl') this.line(thing)
    else {
      const entries = Object.entries(thing)
      const width = Math.max(0, ...entries.map(([name]) => name.length))
      for (const [name, value] of entries)
        this.io.out(`${name.padEnd(width)}  ${this.coloured(textOf(value, Infinity))}\n`)
    }
  }

  /** A line of JSON, whatever else is written. */
  line(thing: object): void {
    this.io.out(`${JSON.stringify(thing)}\n`)
  }

  /** What a person reads on the way to the answer, which alone is on standard output. */
  note(text: string): void {
    this.io.err(`${text}\n`)
  }

  private json(thing: object): void {
    this.io.out(`${JSON.stringify(thing, null, 2)}\n`)
  }

  private table<Row>(rows: readonly Row[], columns: readonly Column<Row>[]): void {
    const cells = rows.map((row) => columns.map(({ of }) => textOf(of(row), MAX_CELL)))
    const heads = columns.map(({ head }) => head.toUpperCase())
    const widths = heads.map((head, at) => Math.max(head.length, ...cells.map((row) => row[at]?.length ?? 0)))
    const lineOf = (row: readonly string[], paint: (text: string) => string): string =>
      row
        .map((cell, at) => paint(cell) + ' '.repeat((widths[at] ?? 0) - cell.length))
        .join('  ')
        .trimEnd()
    this.io.out(`${lineOf(heads, (head) => head)}\n`)
    for (const row of cells) this.io.out(`${lineOf(row, (cell) => this.coloured(cell))}\n`)
  }

  private coloured(text: string): string {
    const colour = COLOURS[text]
    if (colour === undefined || !this.io.isTerminal.out || (this.io.env['NO_COLOR'] ?? '') !== '') return text
    return `\u001b[${colour}m${text}\u001b[0m`
  }
}

/** A value on one line, without what a terminal would obey. */
export function textOf(value: unknown, max = Infinity): string {
  if (value === null || value === undefined) return '-'
  const text = typeof value === 'string' ? value : JSON.stringify(value)
  const line = text.replace(/\s+/g, ' ').replace(/[\u0000-\u001f\u007f-\u009f]/g, '')
  return line.length > max ? `${line.slice(0, max - 1)}…` : line
}
