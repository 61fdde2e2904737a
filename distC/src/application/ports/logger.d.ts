import type { JobLogger } from '../../domain/job-definition.js';
export interface Logger extends JobLogger {
    /** A logger that adds these fields to every line. */
    child(fields: Readonly<Record<string, unknown>>): Logger;
}
export declare const silentLogger: Logger;
