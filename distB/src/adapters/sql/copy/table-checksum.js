import { hash } from 'node:crypto';
import { canonicalJson } from '../../../domain/json.js';
const WORDS = 4;
/**
 * Count and checksum of the rows of a table, in whichever order they come: databases sort differently. It sums up 128 bits of the
 * SHA-256 of each row; JSON counts by what it says, not by how it is written.
 */
export class TableChecksum {
    sums = new Uint32Array(WORDS);
    kinds;
    count = 0;
    constructor(table) {
        this.kinds = Object.values(table.columns);
    }
    add(rows) {
        for (const row of rows) {
            const digest = hash('sha256', JSON.stringify(row.map((value, at) => this.canonical(value, at))), 'buffer');
            for (let word = 0; word < WORDS; word += 1)
                this.sums[word] = this.sums[word] + digest.readUInt32LE(4 * word);
            this.count += 1;
        }
    }
    get rows() {
        return this.count;
    }
    /** 32 hexadecimal digits; all of them 0 for no row. */
    toString() {
        return [...this.sums].map((word) => word.toString(16).padStart(8, '0')).join('');
    }
    canonical(value, at) {
        return this.kinds[at] === 'json' && value !== null
            ? canonicalJson(JSON.parse(value))
            : value;
    }
}
//# sourceMappingURL=table-checksum.js.map