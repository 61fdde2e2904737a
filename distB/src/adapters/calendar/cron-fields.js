const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];
const WEEKDAYS = ['SUN', 'MON', 'TUE', 'WED', 'THU', 'FRI', 'SAT'];
/** In the order in which they are written; the first may be left out. */
export const CRON_FIELDS = [
    { name: 'seconds', min: 0, max: 59, names: [] },
    { name: 'minutes', min: 0, max: 59, names: [] },
    { name: 'hours', min: 0, max: 23, names: [] },
    {
        name: 'day-of-month',
        min: 1,
        max: 31,
        names: [],
        special: { pattern: /^L$/, accepts: 'L (the last day)' },
    },
    { name: 'month', min: 1, max: 12, names: MONTHS },
    {
        name: 'day-of-week',
        min: 0,
        max: 7,
        names: WEEKDAYS,
        special: {
            pattern: /^(\d|[A-Z]{3})(L|#\d+)$/,
            accepts: '5L (the last Friday), 5#2 (the second Friday)',
        },
    },
];
/** Reads one field, in either case. */
export function readField(field, written) {
    const items = [];
    for (const item of written.toUpperCase().split(',')) {
        const read = readItem(field, item);
        if ('wrong' in read) {
            const which = item === written.toUpperCase() ? '' : `has ${quote(item)}, which `;
            return { wrong: `the ${field.name} field ${quote(written)} ${which}${read.wrong}` };
        }
        items.push(read.text);
    }
    return { text: items.includes('*') ? '*' : items.join(',') };
}
/** The values of a field that has neither `*` nor anything special, or of a lone step over `*`; ascending. */
export function valuesOf(field, text) {
    const values = new Set();
    for (const item of text.split(',')) {
        const [range = '', step] = item.split('/');
        const [from, to] = range === '*' ? [field.min, field.max] : range.split('-').map(Number);
        if (from === undefined)
            continue;
        for (let value = from; value <= (to ?? from); value += Number(step ?? 1)) {
            values.add(isWeekday(field) ? value % 7 : value);
        }
    }
    return [...values].sort((a, b) => a - b);
}
function readItem(field, item) {
    if (field.special?.pattern.test(item) === true)
        return readSpecial(field, item);
    const parts = /^(?:(\*)|(\d+|[A-Z]{3})(?:-(\d+|[A-Z]{3}))?)(?:\/(\d+))?$/.exec(item);
    if (parts === null)
        return { wrong: unknown(field, item) };
    const [, star, first, last, step] = parts;
    if (step !== undefined && (Number(step) < 1 || Number(step) > field.max)) {
        return { wrong: `has a step out of range: 1–${field.max} (everySeconds takes longer spans)` };
    }
    const every = step === undefined || Number(step) === 1 ? '' : `/${Number(step)}`;
    if (star !== undefined)
        return { text: `*${every}` };
    const from = valueOf(field, first ?? '');
    // Sunday ends a week as well as it begins one.
    const to = last === 'SUN' ? field.max : last === undefined ? from : valueOf(field, last);
    if (from === null || to === null)
        return { wrong: `is out of range: ${limits(field)}` };
    if (last === undefined) {
        if (step !== undefined)
            return { wrong: `has a step without a range: write ${from}-${field.max}/${step}` };
        return { text: `${from}` };
    }
    if (from > to) {
        return { wrong: `runs backwards: write ${from}-${lastOf(field)},${field.min}-${to}` };
    }
    return { text: from === to && every === '' ? `${from}` : `${from}-${to}${every}` };
}
function readSpecial(field, item) {
    if (item === 'L')
        return { text: item };
    const [, day = '', which = ''] = field.special?.pattern.exec(item) ?? [];
    const value = valueOf(field, day);
    if (value === null)
        return { wrong: `is out of range: ${limits(field)}` };
    if (which !== 'L' && !/^#[1-5]$/.test(which)) {
        return { wrong: 'is out of range: a weekday comes up to five times in a month, #1–#5' };
    }
    return { text: `${value % 7}${which}` };
}
function valueOf(field, text) {
    const named = field.names.indexOf(text);
    const value = named === -1 ? (/^\d+$/.test(text) ? Number(text) : NaN) : named + field.min;
    return value >= field.min && value <= field.max ? value : null;
}
function unknown(field, item) {
    if (item === '')
        return 'is empty';
    if (item === '?')
        return 'is not supported: write *';
    if (/^(L?W|\d+W)$/.test(item))
        return 'is not supported: the weekday nearest to a day';
    if (item.includes('~'))
        return 'is not supported: a random time';
    return `is not understood: it takes ${limits(field)}, *, lists (1,5), ranges (1-5) and steps (*/2, 1-5/2)`;
}
function limits(field) {
    const names = field.names.length === 0 ? [] : [`${field.names[0]}–${field.names.at(-1)}`];
    const special = field.special === undefined ? [] : [field.special.accepts];
    const numbers = isWeekday(field) ? '0–7 (0 and 7 are Sunday)' : `${field.min}–${field.max}`;
    return [numbers, ...names, ...special].join(', ');
}
/** Whose first value, Sunday, is its last one, too. */
function isWeekday(field) {
    return field.max === 7;
}
function lastOf(field) {
    return isWeekday(field) ? 6 : field.max;
}
/** An error never echoes much of its input. */
export function quote(text) {
    return `"${text.length > 40 ? `${text.slice(0, 40)}…` : text}"`;
}
//# sourceMappingURL=cron-fields.js.map