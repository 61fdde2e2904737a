/** Thrown inside a transaction: nothing of a batch is kept that cannot be kept as a whole. */
export class RefusedBatch extends Error {
    answer;
    constructor(answer) {
        super('the batch cannot be kept as a whole');
        this.answer = answer;
    }
}
//# sourceMappingURL=refused-batch.js.map