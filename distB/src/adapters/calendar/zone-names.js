import { quote } from './cron-fields.js';
/** Says that there is no such time zone, and which one may have been meant. */
export function unknownZone(name) {
    const meant = nearestZone(name);
    const hint = meant === null ? 'names are like Europe/Berlin, America/New_York or UTC' : `did you mean ${meant}?`;
    return `${quote(name)} is not a time zone of the IANA database: ${hint}`;
}
/** The zone whose name, or whose city's name, is at most a slip or two away; in any case, and with spaces for underscores. */
function nearestZone(name) {
    if (name.length > 40)
        return null;
    const asked = name.trim().toLowerCase().replaceAll(' ', '_');
    let nearest = null;
    for (const zone of ['UTC', ...Intl.supportedValuesOf('timeZone')]) {
        const known = zone.toLowerCase();
        const city = known.slice(known.lastIndexOf('/') + 1);
        const slips = Math.min(slipsBetween(asked, known), slipsBetween(asked, city));
        if (slips <= asked.length / 4 && slips < (nearest?.slips ?? 3))
            nearest = { zone, slips };
    }
    return nearest?.zone ?? null;
}
/** How many letters were added, left out or mistaken (Levenshtein). */
function slipsBetween(a, b) {
    let above = Array.from({ length: b.length + 1 }, (_, column) => column);
    for (let row = 1; row <= a.length; row += 1) {
        const line = [row];
        for (let column = 1; column <= b.length; column += 1) {
            const mistaken = (above[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1);
            line.push(Math.min(mistaken, (above[column] ?? 0) + 1, (line[column - 1] ?? 0) + 1));
        }
        above = line;
    }
    return above[b.length] ?? 0;
}
//# sourceMappingURL=zone-names.js.map