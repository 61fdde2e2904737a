import { parseArgs } from 'node:util'
import { changeKeys, usage, type KeyOptions } from './change-keys.js'
import { orExit } from './run-role.js'
import { UsageError } from './usage-error.js'

const CALLED_AS = 'npm run keys --'

await orExit(async () => {
  const { command, options } = readArguments()
  process.stdout.write(await changeKeys(command, options, CALLED_AS))
})

function readArguments(): { command: string; options: KeyOptions } {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { name: { type: 'string' }, scope: { type: 'string' } },
    })
    const [command] = positionals
    if (command !== undefined && positionals.length === 1) return { command, options: values }
  } catch {
    // What is wrong is plain from what would be right.
  }
  throw new UsageError(usage(CALLED_AS))
}
