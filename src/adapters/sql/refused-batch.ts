import type { InsertAllAnswer } from '../../application/ports/job-store.js'

/** Thrown inside a transaction: nothing of a batch is kept that cannot be kept as a whole. */
export class RefusedBatch extends Error {
  constructor(readonly answer: InsertAllAnswer) {
    super('the batch cannot be kept as a whole')
  }
}
