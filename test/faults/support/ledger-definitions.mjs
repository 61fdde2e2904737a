// Handlers that write down, in a file that all workers share, when each of their runs began and ended.
import { appendFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { jobRegistry } from 'job-server'
import { watchStalls } from './watch-stalls.mjs'

const ledger = process.env.LEDGER
const note = (entry) =>
  appendFileSync(ledger, `${JSON.stringify({ ...entry, pid: process.pid, worker: process.ppid })}\n`)
const time = () => performance.timeOrigin + performance.now()

const run = async (params, ctx) => {
  const { jobId, run, definitionKey } = ctx
  note({ what: 'start', jobId, run, key: definitionKey, at: time() })
  await sleep(params.ms ?? 0)
  note({ what: 'end', jobId, run, key: definitionKey, at: time() })
  return params
}

// Each in a process of its own unless a measurement is of the worker alone.
const isolation = process.env.LEDGER_ISOLATION ?? 'process'
jobRegistry.register({ key: 'ledger.free', version: 1, isolation, run })
jobRegistry.register({ key: 'ledger.limited', version: 1, isolation, concurrencyLimit: 3, run })
jobRegistry.register({ key: 'ledger.single', version: 1, isolation, concurrencyLimit: 1, run })

// Of the worker itself; an isolate has a channel to it.
if (process.env.LEDGER_STALLS === 'yes' && process.send === undefined) watchStalls(note)
