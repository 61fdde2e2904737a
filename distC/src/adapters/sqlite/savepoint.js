/** Does work inside a transaction, such that it alone is undone when it throws. */
export function savepoint(db, work) {
    db.run('savepoint each');
    try {
        const result = work();
        db.run('release each');
        return result;
    }
    catch (error) {
        // A full disk may already have rolled back.
        if (db.inTransaction) {
            db.run('rollback to each');
            db.run('release each');
        }
        throw error;
    }
}
//# sourceMappingURL=savepoint.js.map