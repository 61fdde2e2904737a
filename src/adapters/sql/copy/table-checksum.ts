import { hash } from 'node:crypto'
import { canonicalJson, type JsonValue } from '../../../domain/json.js'
import type { ColumnKind, CopiedTable } from './copied-tables.js'

/** A value that means the same in both databases: an instant is epoch milliseconds, JSON its text. */
export type CopiedValue = string | number | boolean | null
/** Values in the order of the table's columns. */
export type CopiedRow = readonly CopiedValue[]

const WORDS = 4

/**
 * Count and checksum of the rows of a table, in whichever order they come: databases sort differently. It sums up 128 bits of the
 * SHA-256 of each row; JSON counts by what it says, not by how it is written.
 */
export class TableChecksum {
  private readonly sums = new Uint32Array(WORDS)
  private readonly kinds: readonly ColumnKind[]
  private count = 0

  constructor(table: CopiedTable) {
    this.kinds = Object.values(table.columns)
  }

  add(rows: readonly CopiedRow[]): void {
    for (const row of rows) {
      const digest = hash(
        'sha256',
        JSON.stringify(row.map((value, at) => this.canonical(value, at))),
        'buffer',
      )
      for (let word = 0; word < WORDS; word += 1)
        this.sums[word] = (this.sums[word] as number) + digest.readUInt32LE(4 * word)
      this.count += 1
    }
  }

  get rows(): number {
    return this.count
  }

  /** 32 hexadecimal digits; all of them 0 for no row. */
  toString(): string {
    return [...this.sums].map((word) => word.toString(16).padStart(8, '0')).join('')
  }

  private canonical(value: CopiedValue, at: number): CopiedValue {
    return this.kinds[at] === 'json' && value !== null
      ? canonicalJson(JSON.parse(value as string) as JsonValue)
      : value
  }
}
