/** @throws TypeError unless it is an open transaction of Knex over this driver. */
export function knexTransaction(given, driver) {
    const transaction = given;
    if (transaction?.isTransaction !== true || transaction.client === undefined)
        throw new TypeError('jobs can be added inside a transaction of Knex, and this is none');
    const { driverName = 'unknown' } = transaction.client;
    if (driverName !== driver)
        throw new TypeError(`the transaction is of ${driverName}, and this job server's database of ${driver}`);
    if (transaction.isCompleted?.() === true)
        throw new TypeError('the transaction has been committed or rolled back already');
    return transaction;
}
/** Calls back when the outermost transaction has ended; not when it was rolled back by an error. */
export function afterEnd(transaction, act) {
    let outermost = transaction;
    while (outermost.parentTransaction !== undefined)
        outermost = outermost.parentTransaction;
    outermost.executionPromise.then(act, () => undefined);
}
//# sourceMappingURL=knex-transaction.js.map