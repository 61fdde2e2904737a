import { StorageUnavailableError } from '../../../domain/errors.js';
import { missingMigrations, unknownMigrations } from '../migrate.js';
import { COPIED_TABLES, WORKERS } from './copied-tables.js';
import { TableChecksum } from './table-checksum.js';
/** Why a copy was not made; the target is as it was. */
export class CopyRefusedError extends Error {
    name = 'CopyRefusedError';
}
/** A batch is written when it has so many rows, or so many characters. */
export const BATCH = { rows: 1_000, characters: 4 * 1024 * 1024 };
/** @throws CopyRefusedError unless exactly the migrations of this version ran. */
export function checkVersion(name, ran) {
    const unknown = unknownMigrations(ran);
    if (unknown.length > 0)
        throw new CopyRefusedError(`the ${name} was migrated by a newer version of job-server (${unknown.join(', ')}): copy with that version`);
    if (ran.length === 0)
        throw new CopyRefusedError(`the ${name} is no database of job-server: it has no schema`);
    const missing = missingMigrations(ran);
    if (missing.length > 0)
        throw new CopyRefusedError(`the ${name} lacks migrations (${missing.join(', ')}): run job-server migrate with its DATABASE_URL first`);
}
/**
 * Refuses a source that cannot be copied as it is.
 *
 * @param force takes workers that are alive: what they run goes on there, and is run once more at the target.
 * @throws CopyRefusedError when the schema is that of another version, or workers are alive.
 */
export async function checkSource(source, { force }) {
    checkVersion('source', await source.migrations());
    const alive = force ? [] : await source.liveWorkers();
    if (alive.length > 0)
        throw new CopyRefusedError(`workers are alive at the source (${alive.slice(0, 5).join(', ')}${alive.length > 5 ? ', …' : ''}): stop all servers first; ` +
            'with --force their running jobs are copied as interrupted, and run again at the target');
}
/**
 * Copies every table into an empty target, reads it back there, and commits when counts and checksums agree.
 *
 * Jobs that run keep their lease, of a worker that has resigned: the first recovery at the target re-queues them, with their attempt
 * given back. Memory does not grow with the number of rows.
 *
 * @param onTable hears of each table that is written.
 * @throws CopyRefusedError when the target has rows, cannot hold one, or does not give back what was written.
 * @throws StorageUnavailableError when one of the two is lost on the way.
 */
export async function copyDatabase(source, target, onTable = () => undefined) {
    for (const table of [...COPIED_TABLES, WORKERS])
        if (!(await target.isEmpty(table)))
            throw new CopyRefusedError(`the target is not empty: there are rows in ${table.name}`);
    const written = [];
    for (const table of COPIED_TABLES) {
        const count = await copyTable(table, source.read(table), target);
        written.push(count);
        onTable(count);
    }
    for await (const rows of source.read(WORKERS, 'incarnation in (select worker from jobs where worker is not null)'))
        await target.write(WORKERS, rows.map(resigned));
    for (const [index, table] of COPIED_TABLES.entries()) {
        const there = new TableChecksum(table);
        for await (const rows of target.read(table))
            there.add(rows);
        expectSame(written[index], countOf(table, there));
    }
    await target.commit();
    return written;
}
async function copyTable(table, batches, target) {
    const here = new TableChecksum(table);
    for await (const rows of batches) {
        here.add(rows);
        try {
            await target.write(table, rows);
        }
        catch (error) {
            if (error instanceof StorageUnavailableError)
                throw error;
            const reason = error instanceof Error ? error.message : String(error);
            throw new CopyRefusedError(`the target cannot hold a row of ${table.name}: ${reason}`, { cause: error });
        }
    }
    return countOf(table, here);
}
function countOf(table, checksum) {
    return { table: table.name, rows: checksum.rows, checksum: String(checksum) };
}
function expectSame(source, target) {
    if (source.rows === target.rows && source.checksum === target.checksum)
        return;
    throw new CopyRefusedError(`${source.table} differs: ${source.rows} rows with checksum ${source.checksum} at the source, ` +
        `${target.rows} with ${target.checksum} at the target; nothing was kept`);
}
/** As `WorkerRegistry.resign` leaves a worker: dead, its lease over since ever. */
function resigned(row) {
    const columns = Object.keys(WORKERS.columns);
    const over = { dead: true, lease_until: 0 };
    return row.map((value, at) => over[columns[at]] ?? value);
}
/** Gathers rows into batches of a bounded size. */
export function* batched(rows) {
    let batch = [];
    let characters = 0;
    for (const row of rows) {
        batch.push(row);
        characters += charactersOf(row);
        if (batch.length < BATCH.rows && characters < BATCH.characters)
            continue;
        yield batch;
        batch = [];
        characters = 0;
    }
    if (batch.length > 0)
        yield batch;
}
export function charactersOf(row) {
    let sum = 0;
    for (const value of row)
        if (typeof value === 'string')
            sum += value.length;
    return sum;
}
//# sourceMappingURL=copy-database.js.map