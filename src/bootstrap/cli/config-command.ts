import { silentLogger } from '../../application/ports/logger.js'
import { EXIT } from '../../cli/exit.js'
import type { Session } from '../../cli/session.js'
import { ConfigError } from '../config-error.js'
import { loadConfig, shownValue } from '../config.js'
import { VARIABLES } from '../config-schema.js'
import { containerWithDefinitions } from '../run-role.js'
import { EXIT as ROLE_EXIT } from '../signals.js'

/** Every variable as a server would take it; secrets are not shown. */
export function printConfig({ io, output }: Session): number {
  const rows = Object.entries(VARIABLES).map(([variable, { byDefault }]) => {
    const value = io.env[variable]
    if (value === undefined || value === '')
      return { variable, value: byDefault.replaceAll('`', ''), from: 'default' }
    const from = process.env[variable] === value ? 'environment' : '.env'
    return { variable, value: shownValue(variable, value), from }
  })
  output.list({ variables: rows }, rows, [
    { head: 'variable', of: ({ variable }) => variable },
    { head: 'value', of: ({ value }) => value },
    { head: 'from', of: ({ from }) => from },
  ])
  return EXIT.ok
}

/**
 * Reads every variable and loads the definitions, as a server does before it opens anything.
 *
 * @returns 78, as a server that does not start, when a value cannot be used.
 */
export async function checkConfig({ io }: Session): Promise<number> {
  try {
    await containerWithDefinitions(loadConfig(io.env), silentLogger)
    io.out('every variable can be used\n')
    return EXIT.ok
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    io.err(error.lines.map((line) => `${line}\n`).join(''))
    return ROLE_EXIT.misconfigured
  }
}
