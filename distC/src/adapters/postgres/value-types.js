import pg from 'pg';
const { TIMESTAMPTZ } = pg.types.builtins;
/**
 * An instant as PostgreSQL writes it in UTC, `2026-11-26 08:01:10.123456+00`, to the millisecond; `null` for any other text: another time
 * zone of the session, infinity, years beyond four digits. The driver's own way costs ten times as much, for each of three instants of a job.
 */
export function utcInstant(text) {
    const { length } = text;
    if (length < 22 || text.charCodeAt(10) !== SPACE || !text.endsWith('+00'))
        return null;
    // `Date.UTC` takes years below 100 for some of the twentieth century.
    if (text.startsWith('00'))
        return null;
    // Trailing zeros are left out.
    let fraction = 0;
    for (let at = 20; at < 23; at += 1)
        fraction = fraction * 10 + (at < length - 3 ? digit(text, at) : 0);
    const day = Date.UTC(two(text, 0) * 100 + two(text, 2), two(text, 5) - 1, two(text, 8));
    const seconds = (two(text, 11) * 60 + two(text, 14)) * 60 + two(text, 17);
    return new Date(day + seconds * 1_000 + fraction);
}
const SPACE = 32;
const ZERO = 48;
function digit(text, at) {
    return text.charCodeAt(at) - ZERO;
}
function two(text, at) {
    return digit(text, at) * 10 + digit(text, at + 1);
}
/** How the driver reads values: as it always does, but for instants. */
export const VALUE_TYPES = {
    getTypeParser: (id, format) => {
        const parse = pg.types.getTypeParser(id, format);
        return id === TIMESTAMPTZ && format !== 'binary'
            ? (text) => utcInstant(text) ?? parse(text)
            : parse;
    },
};
//# sourceMappingURL=value-types.js.map