/** Of the known words the one that was most likely meant; `null` when none is near. */
export function similarTo(word, known) {
    const near = known
        .map((candidate) => ({ candidate, distance: distance(word.toLowerCase(), candidate.toLowerCase()) }))
        .filter(({ candidate, distance }) => distance <= Math.max(1, Math.floor(candidate.length * 0.4)))
        .sort((a, b) => a.distance - b.distance);
    return near[0]?.candidate ?? null;
}
/** How many letters have to be added, dropped, changed or swapped with the next one. */
function distance(a, b) {
    let before = [];
    let row = Array.from({ length: b.length + 1 }, (_, at) => at);
    for (let i = 1; i <= a.length; i += 1) {
        const next = [i];
        for (let j = 1; j <= b.length; j += 1) {
            const at = (line, index) => line[index] ?? Infinity;
            const changed = at(row, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1);
            const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
            next.push(Math.min(changed, at(row, j) + 1, at(next, j - 1) + 1, isSwap ? at(before, j - 2) + 1 : Infinity));
        }
        before = row;
        row = next;
    }
    return row[b.length] ?? Infinity;
}
//# sourceMappingURL=similar.js.map