import { CRON_FIELDS, quote, readField } from './cron-fields.js';
const NICKNAMES = {
    '@yearly': '0 0 1 1 *',
    '@annually': '0 0 1 1 *',
    '@monthly': '0 0 1 * *',
    '@weekly': '0 0 * * 0',
    '@daily': '0 0 * * *',
    '@midnight': '0 0 * * *',
    '@hourly': '0 * * * *',
};
const MAX_LENGTH = 512;
/** Reads an expression, or says what is wrong with it, a sentence for each field; whether it ever comes is not looked at. */
export function readCron(written) {
    const text = written.trim();
    if (text.length > MAX_LENGTH)
        return { wrong: [`is longer than ${MAX_LENGTH} characters`] };
    const expanded = text.startsWith('@') ? NICKNAMES[text.toLowerCase()] : text;
    if (expanded === undefined) {
        return {
            wrong: [`has the unknown nickname ${quote(text)}: it takes ${Object.keys(NICKNAMES).join(', ')}`],
        };
    }
    const parts = expanded === '' ? [] : expanded.split(/[ \t]+/);
    if (parts.length !== 5 && parts.length !== 6)
        return { wrong: [wrongCount(parts.length)] };
    if (parts.length === 5)
        parts.unshift('0');
    const read = CRON_FIELDS.map((field, index) => readField(field, parts[index] ?? ''));
    const wrong = read.flatMap((field) => ('wrong' in field ? [field.wrong] : []));
    if (wrong.length > 0)
        return { wrong };
    const fields = read.flatMap((field) => ('text' in field ? [field.text] : []));
    return { fields, fixed: !/[*/]/.test(`${fields[1]} ${fields[2]}`), hourly: fields[2] === '*' };
}
function wrongCount(count) {
    const fields = 'five fields (minutes hours day-of-month month day-of-week), six with seconds first';
    const years = count === 7 ? '; years are not supported' : '';
    return `has ${count} ${count === 1 ? 'field' : 'fields'}: it takes ${fields}, or a nickname such as @daily${years}`;
}
//# sourceMappingURL=cron-expression.js.map