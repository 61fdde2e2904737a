import cronstrue from 'cronstrue';
import { CRON_FIELDS, valuesOf } from './cron-fields.js';
const SECONDS_OF = [
    ['day', 86_400],
    ['hour', 3_600],
    ['minute', 60],
    ['second', 1],
];
/**
 * An expression in plain English, without its zone.
 *
 * cronstrue is asked about time, days and months one by one: in one sentence it joins day of month and day of week by "and", or by
 * nothing, where either suffices. It reads a step as an even rhythm, which it is only where the step divides the field; elsewhere the values are
 * told instead.
 */
export function describeCron({ fields }) {
    const [seconds = '', minutes = '', hours = '', day = '', month = '', weekday = ''] = fields.map(readable);
    const parts = [say(`${seconds} ${minutes} ${hours} * * *`)];
    const days = [
        ...(day === '*' ? [] : [sayDay(`${day} * *`).replace('in a month', 'from day 1 of the month')]),
        ...(weekday === '*' ? [] : [sayDay(`* * ${weekday}`)]),
    ];
    // "only on Friday" would deny the other one.
    if (days.length > 0)
        parts.push(days.length === 1 ? days.join() : days.map(withoutOnly).join(' or '));
    if (month !== '*')
        parts.push(sayDay(`* ${month} *`));
    return parts.join(', ');
}
/** A span in plain English, in the largest unit that divides it, and where counting starts. */
export function describeEvery(seconds, anchor) {
    const [unit, length] = SECONDS_OF.find(([, each]) => seconds % each === 0) ?? SECONDS_OF[3];
    const count = seconds / length;
    const span = count === 1 ? unit : `${count} ${unit}s`;
    return `Every ${span}, counted from ${(anchor ?? new Date(0)).toISOString().replace('.000Z', 'Z')}`;
}
function say(sixFields) {
    return cronstrue.toString(sixFields, { use24HourTimeFormat: true });
}
function sayDay(dayMonthWeekday) {
    return say(`0 0 0 ${dayMonthWeekday}`).replace('At 00:00, ', '');
}
function withoutOnly(text) {
    return text.replace(/^only /, '');
}
/** A field without steps that are no even rhythm. */
function readable(text, index) {
    const field = CRON_FIELDS[index];
    if (field === undefined || !text.includes('/'))
        return text;
    const evenly = /^\*\/(\d+)$/.exec(text)?.[1];
    if (field.name === 'day-of-month') {
        return evenly !== undefined || text.includes('L') ? text : valuesOf(field, text).join(',');
    }
    const stepsThroughRange = /^\d+-\d+\/\d+$/.test(text);
    const isTime = field.max >= 23;
    const divides = evenly !== undefined && (field.max + 1) % Number(evenly) === 0;
    return isTime && (divides || stepsThroughRange) ? text : valuesOf(field, text).join(',');
}
//# sourceMappingURL=describe.js.map