import { JobServerError } from '../domain/errors.js';
/**
 * Stops and resumes all versions of a definition, for every worker and until it is resumed: restarts and publications, of new
 * versions too, leave a pause alone. No claim that begins after a pause was answered hands out a job; running jobs finish.
 */
export class PauseDefinition {
    definitions;
    notifier;
    constructor(definitions, notifier) {
        this.definitions = definitions;
        this.notifier = notifier;
    }
    /** Repeating it is harmless. @throws JobServerError `definition-not-found`. */
    async execute(key, paused) {
        const versions = await this.definitions.setPaused(key, paused);
        if (versions === 0)
            throw new JobServerError('definition-not-found', 'there is no definition with this key');
        if (!paused)
            this.notifier.hint([key]);
    }
}
//# sourceMappingURL=pause-definition.js.map