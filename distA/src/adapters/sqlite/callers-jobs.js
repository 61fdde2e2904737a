import { DeltaTally } from './delta-tally.js';
import { insertJob } from './insert-job.js';
import { savepoint } from './savepoint.js';
import { isDataError, portError } from './sqlite-errors.js';
/** Adds jobs inside a caller's transaction, in one turn: nothing of the caller's comes between. */
export function callersJobs(transaction) {
    return {
        async insert(jobs) {
            const db = new CallersHandle((await transaction.client.acquireConnection()));
            try {
                return savepoint(db, () => insertEach(db, jobs));
            }
            catch (error) {
                throw portError(error);
            }
        },
    };
}
function insertEach(db, jobs) {
    const tally = new DeltaTally(db);
    const answers = jobs.map((job) => {
        try {
            return savepoint(db, () => insertJob(db, job, tally));
        }
        catch (error) {
            if (!isDataError(error))
                throw error;
            return { outcome: 'rejected', reason: 'the database cannot hold its values' };
        }
    });
    tally.write();
    return answers;
}
class CallersHandle {
    db;
    statements = new Map();
    constructor(db) {
        this.db = db;
    }
    get inTransaction() {
        return this.db.inTransaction;
    }
    get(sql, ...bindings) {
        return this.statement(sql).get(...bindings);
    }
    run(sql, ...bindings) {
        return this.statement(sql).run(...bindings).changes;
    }
    statement(sql) {
        const known = this.statements.get(sql);
        if (known !== undefined)
            return known;
        const statement = this.db.prepare(sql).safeIntegers(false);
        this.statements.set(sql, statement);
        return statement;
    }
}
//# sourceMappingURL=callers-jobs.js.map