/** As much of a transaction of Knex, of whichever version, as is needed to write inside of it. */
export interface KnexTransaction {
  readonly client: { readonly driverName?: string; acquireConnection(): Promise<unknown> }
  readonly executionPromise: Promise<unknown>
  readonly parentTransaction?: KnexTransaction
  isCompleted(): boolean
  transaction<T>(work: (inner: KnexTransaction) => Promise<T>): Promise<T>
}

/** @throws TypeError unless it is an open transaction of Knex over this driver. */
export function knexTransaction(given: unknown, driver: string): KnexTransaction {
  const transaction = given as (Partial<KnexTransaction> & { readonly isTransaction?: unknown }) | null
  if (transaction?.isTransaction !== true || transaction.client === undefined)
    throw new TypeError('jobs can be added inside a transaction of Knex, and this is none')
  const { driverName = 'unknown' } = transaction.client
  if (driverName !== driver)
    throw new TypeError(`the transaction is of ${driverName}, and this job server's database of ${driver}`)
  if (transaction.isCompleted?.() === true)
    throw new TypeError('the transaction has been committed or rolled back already')
  return transaction as KnexTransaction
}

/** Calls back when the outermost transaction has ended; not when it was rolled back by an error. */
export function afterEnd(transaction: KnexTransaction, act: () => void): void {
  let outermost = transaction
  while (outermost.parentTransaction !== undefined) outermost = outermost.parentTransaction
  outermost.executionPromise.then(act, () => undefined)
}
