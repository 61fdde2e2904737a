/** What is wrong with the environment: one line per variable, each with its name, what it got and what it takes. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'

  constructor(readonly lines: readonly string[]) {
    super(lines.join('\n'))
  }
}
