/** What is wrong with the environment: one line per variable, each with its name, what it got and what it takes. */
export declare class ConfigError extends Error {
    readonly lines: readonly string[];
    readonly name = "ConfigError";
    constructor(lines: readonly string[]);
}
