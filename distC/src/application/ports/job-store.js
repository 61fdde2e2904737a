/** What became of a batch, if it may be kept as a whole: the store undoes it otherwise. */
export function allOrNone(answers) {
    const kept = answers.filter((answer) => 'job' in answer);
    if (kept.length === answers.length)
        return { outcome: 'kept', answers: kept };
    return { outcome: 'refused', refusals: answers.map((answer) => ('job' in answer ? null : answer)) };
}
//# sourceMappingURL=job-store.js.map