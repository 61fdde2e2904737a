import { refOf } from '../domain/job-definition.js';
import { silentLogger } from './ports/logger.js';
/** Beyond so many lines a second nobody reads them, and writing them would cost more than the jobs. */
const LINES_PER_SECOND = 200;
/**
 * One line for each transition of a job, with its id and attempt; a failed attempt with its error. Of each level at most 200
 * lines a second are written, and the next second tells how many were left out.
 */
export class TransitionLog {
    logger;
    monotonicMs;
    linesPerSecond;
    windows = new Map();
    constructor(logger, monotonicMs, linesPerSecond = LINES_PER_SECOND) {
        this.logger = logger;
        this.monotonicMs = monotonicMs;
        this.linesPerSecond = linesPerSecond;
    }
    queued(job) {
        this.write('info', 'job queued', job, () => ({ runAt: job.runAt.toISOString() }));
    }
    retried({ jobId, newJobId }, { key, version }) {
        const made = { id: newJobId, definitionKey: key, definitionVersion: version, attempts: 0, run: 0 };
        this.write('info', 'job queued', made, { retriedFrom: jobId });
    }
    started(job) {
        this.write('info', 'job started', job);
    }
    cancelRequested(job) {
        this.write('info', job.status === 'cancelled' ? 'job cancelled' : 'job is asked to stop', job);
    }
    /** @param job as it was while it ran. */
    settled(job, outcome) {
        const { kind, errorSummary: error } = outcome;
        const facts = { outcome: outcome.attempt.outcome, error };
        if (kind === 'succeeded')
            this.write('info', 'job succeeded', job);
        else if (kind === 'cancelled')
            this.write('info', 'job cancelled', job);
        else if (kind === 'dead')
            this.write('error', 'job failed', job, { ...facts, reason: outcome.reason });
        else if (outcome.attempts < job.attempts)
            this.write('info', 'job given back', job, {
                outcome: facts.outcome,
                runAt: outcome.runAt.toISOString(),
            });
        else
            this.write('warn', 'attempt failed', job, { ...facts, runAt: outcome.runAt.toISOString() });
    }
    write(level, message, job, facts = {}) {
        if (!this.mayWrite(level))
            return;
        const { id, definitionKey: key, definitionVersion: version, attempts, run } = job;
        this.logger[level](message, {
            jobId: id,
            definition: refOf({ key, version }),
            attempt: attempts,
            run,
            ...(typeof facts === 'function' ? facts() : facts),
        });
    }
    mayWrite(level) {
        const now = this.monotonicMs();
        const window = this.windows.get(level);
        if (window === undefined || now - window.startedAt >= 1_000) {
            const omitted = (window?.lines ?? 0) - this.linesPerSecond;
            if (omitted > 0)
                this.logger[level]('left out lines about jobs, there were too many', { lines: omitted });
            this.windows.set(level, { startedAt: now, lines: 1 });
            return true;
        }
        window.lines += 1;
        return window.lines <= this.linesPerSecond;
    }
}
export const silentTransitions = new TransitionLog(silentLogger, () => 0);
//# sourceMappingURL=transition-log.js.map