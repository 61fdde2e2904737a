// Handlers that do what no handler should, one way each.
import { spawn } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

const define = (key, run, facts = {}) => ({
  key,
  version: 1,
  defaultMaxAttempts: 1,
  memoryLimitMb: 128,
  run,
  ...facts,
})
const spin = () => {
  for (;;);
}

export const spins = define('spins', spin, { timeoutSeconds: 0.5 })
export const spinsOn = define('spins.on', spin)
export const allocates = define('allocates', () => {
  const kept = []
  for (;;) kept.push(new Array(10_000).fill({}))
})
export const exits = define('exits', () => process.exit(0))
export const faults = define('faults', async () => {
  process.kill(process.pid, 'SIGSEGV')
  await sleep(5_000)
})
export const rejectsDuring = define('rejects.during', async () => {
  setTimeout(() => void Promise.reject(new Error('nobody waits')), 20)
  await sleep(60_000)
})
export const rejectsAfter = define('rejects.after', () => {
  setTimeout(() => void Promise.reject(new Error('nobody waits')), 50)
  return 'done'
})
export const orphans = define('orphans', ({ file }) => {
  writeFileSync(file, String(spawn('sleep', ['600'], { stdio: 'ignore' }).pid))
  process.exit(3)
})
export const neighbour = define('neighbour', async () => {
  await sleep(3_000)
  return process.pid
})
export const scratches = define('scratches', async ({ file }, ctx) => {
  writeFileSync(join(ctx.tempDir, 'scratch'), 'x')
  writeFileSync(file, ctx.tempDir)
  spin()
})
export const quick = define('quick', () => process.pid)
export const crashes = define(
  'crashes',
  () => {
    process.kill(process.pid, 'SIGKILL')
    return sleep(5_000)
  },
  { defaultMaxAttempts: 10 },
)
