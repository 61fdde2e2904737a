const LEAST_ID = '00000000-0000-0000-0000-000000000000';
const GREATEST_ID = LEAST_ID.replaceAll('0', 'f');
/** Longer words are found by their beginning. */
export const MAX_WORD_LENGTH = 64;
export function jobSearch(text) {
    const id = text.toLowerCase();
    const isBeginning = id.length > 0 && /^[0-9a-f-]{1,36}$/.test(id) && dashesFit(id);
    const ids = isBeginning ? { from: filled(id, LEAST_ID), to: filled(id, GREATEST_ID) } : null;
    return { ids, key: text, words: errorWords(text) };
}
/**
 * The words of an error: runs of letters and digits, in which only ASCII letters lose their case and every character beyond
 * ASCII is a letter, so that all stores cut the same words.
 */
export function errorWords(text) {
    const words = text.split(/[^A-Za-z0-9\u0080-\uffff]+/).filter((word) => word !== '');
    return [
        ...new Set(words.map((word) => asciiLowerCase(Array.from(word).slice(0, MAX_WORD_LENGTH).join('')))),
    ];
}
export function isFound(job, { ids, key, words }) {
    if (ids !== null && ids.from <= job.id && job.id <= ids.to)
        return true;
    if (job.idempotencyKey === key)
        return true;
    if (words.length === 0 || job.errorSummary === null)
        return false;
    const written = new Set(errorWords(job.errorSummary));
    return words.every((word) => written.has(word));
}
export function asciiLowerCase(text) {
    return text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase());
}
function dashesFit(id) {
    return Array.from(id).every((character, place) => (character === '-') === (LEAST_ID[place] === '-'));
}
function filled(beginning, id) {
    return beginning + id.slice(beginning.length);
}
//# sourceMappingURL=job-search.js.map