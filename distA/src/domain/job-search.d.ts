import type { Job } from './job.js';
/** What people type to find a job: its id or the beginning of it, its idempotency key, or words of its error. */
export interface JobSearch {
    /** The ids that begin so, both ends included; `null` when no id does. */
    readonly ids: {
        readonly from: string;
        readonly to: string;
    } | null;
    readonly key: string;
    /** All of them are in the error; empty: no error is looked for. */
    readonly words: readonly string[];
}
/** Longer words are found by their beginning. */
export declare const MAX_WORD_LENGTH = 64;
export declare function jobSearch(text: string): JobSearch;
/**
 * The words of an error: runs of letters and digits, in which only ASCII letters lose their case and every character beyond
 * ASCII is a letter, so that all stores cut the same words.
 */
export declare function errorWords(text: string): string[];
export declare function isFound(job: Job, { ids, key, words }: JobSearch): boolean;
export declare function asciiLowerCase(text: string): string;
