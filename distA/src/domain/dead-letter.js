/** Why a job was given up; where two fit, the last of this list is told. */
export const DEAD_LETTER_REASONS = ['attempts_exhausted', 'permanent', 'crash_loop'];
//# sourceMappingURL=dead-letter.js.map