/** What is wrong with the environment: one line per variable, each with its name, what it got and what it takes. */
export class ConfigError extends Error {
    lines;
    name = 'ConfigError';
    constructor(lines) {
        super(lines.join('\n'));
        this.lines = lines;
    }
}
//# sourceMappingURL=config-error.js.map