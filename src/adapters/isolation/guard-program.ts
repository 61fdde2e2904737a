import { removeTempDirs, tempPrefixOf } from './temp-dirs.js'

/**
 * Kills process groups when their worker is gone or has not said for too long that it may keep them, and removes the temporary
 * directories of their runs, since nobody else is left to do so.
 *
 * A process of its own, because nothing inside the worker survives a SIGKILL of it, and nothing inside an isolate runs while a
 * handler spins. It reads lines: `watch <group>`, `forget <group>`, `keep <milliseconds>`.
 */
/** Each with how the names of its temporary directories begin, which only a living process tells. */
const groups = new Map<number, string>()
let deadline: NodeJS.Timeout | null = null
let rest = ''

async function kill(): Promise<void> {
  const prefixes = [...groups.values()]
  for (const group of groups.keys()) {
    try {
      process.kill(-group, 'SIGKILL')
    } catch {
      // Gone already.
    }
  }
  groups.clear()
  await Promise.all(prefixes.map(removeTempDirs))
}

function obey(line: string): void {
  const [verb, number] = line.split(' ')
  const value = Number(number)
  if (verb === 'watch') groups.set(value, tempPrefixOf(value))
  if (verb === 'forget') groups.delete(value)
  if (verb === 'keep') {
    if (deadline !== null) clearTimeout(deadline)
    deadline = setTimeout(() => void kill(), value)
  }
}

process.stdin.setEncoding('utf8')
process.stdin.on('data', (text: string) => {
  const lines = (rest + text).split('\n')
  rest = lines.pop() ?? ''
  lines.forEach(obey)
})
const end = (): void => {
  void kill().finally(() => process.exit(0))
}
process.stdin.on('end', end)
process.stdin.on('error', end)
// A Ctrl-C at the terminal is for the worker, which needs its guard until the last isolate is gone.
process.on('SIGINT', () => undefined)
process.on('SIGTERM', () => undefined)
