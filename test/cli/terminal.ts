import { addLocalCommands } from '../../src/bootstrap/cli/local-commands.js'
import { createProgram, runProgram } from '../../src/cli/program.js'

export interface Ended {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** Runs a command line in this process, as in a terminal or in a pipe. */
export async function jobServer(
  args: readonly string[],
  {
    env = {},
    isTerminal = false,
    input = '',
  }: {
    readonly env?: Readonly<Record<string, string>>
    readonly isTerminal?: boolean
    readonly input?: string
  } = {},
): Promise<Ended> {
  let out = ''
  let err = ''
  const cli = createProgram({
    env,
    out: (text) => (out += text),
    err: (text) => (err += text),
    isTerminal: { out: isTerminal, err: isTerminal },
    input: () => Promise.resolve(input),
  })
  addLocalCommands(cli)
  const code = await runProgram(cli, args)
  return { code, out, err }
}
