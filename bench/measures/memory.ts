import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Case } from '../support/bench.js'
import { withJobServer } from '../support/job-server.js'

/** V8 gives back what it no longer needs after some 40 s without work. */
const IDLE_MS = 60_000
const CHUNK = 20_000

/** Megabytes that the process of an all-in-one server holds when it has nothing to do: before any job, and after many. */
export const memoryCases: readonly Case[] = [
  {
    measure: 'memory',
    subject: 'sqlite, all in one',
    run: (bench) =>
      withJobServer(bench, 'sqlite', { slots: 10 }, async (server) => {
        const [pid = 0] = server.pids
        await sleep(IDLE_MS)
        const idleMb = megabytesOf(pid)
        const jobs = bench.jobs * 10
        // Isolates, too, so that there are children to be gone.
        await server.enqueue(100, () => ({ definitionKey: 'noop.process' }))
        for (let left = jobs; left > 0; left -= CHUNK) {
          await server.enqueue(Math.min(CHUNK, left), () => ({ definitionKey: 'noop.inline' }))
          await server.untilDone('noop.inline')
        }
        const busyMb = megabytesOf(pid)
        await sleep(IDLE_MS)
        return { idleMb, busyMb, afterMb: megabytesOf(pid), jobs, children: childrenOf(pid) }
      }),
  },
]

function megabytesOf(pid: number): number {
  const [, kilobytes] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? []
  return Number(kilobytes) / 1_024
}

function childrenOf(pid: number): number {
  return readdirSync(`/proc/${pid}/task`)
    .map((task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').trim())
    .flatMap((children) => (children === '' ? [] : children.split(' '))).length
}
