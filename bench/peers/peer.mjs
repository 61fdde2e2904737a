/**
 * Runs one peer through one measure: `node peer.mjs <peer> <measure> <database> <jobs> <jobs before>`, in the folder that has the peers
 * installed.
 * Prints its readings as one line of JSON. Workers of PostgreSQL are a process of their own, which this file is, too: it says how
 * long the handlers took from the first to the last, or how long each job waited.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { peers } from './peers.mjs'

const BATCH = 1_000
const CALLERS = 64
const SAMPLES = 200
const [, self, name, measure, database, ...counts] = process.argv
const [jobs, warmUp] = counts.map(Number)
// Milliseconds of a clock that all processes share: their own origins of time differ, by 15 ms once in some hundred starts on a busy machine.
const time = () => Number(process.hrtime.bigint()) / 1e6

const measures = { bulk, single, drain, latency, work }
await measures[measure]()
process.exit(0)

function tell(readings) {
  console.log(JSON.stringify(readings))
}

async function fill(peer, count) {
  for (let from = 0; from < count; from += BATCH)
    await peer.addMany(
      Array.from({ length: Math.min(BATCH, count - from) }, (_, n) => ({ message: 'hello', n: from + n })),
    )
}

async function addOneByOne(peer, count) {
  let left = count
  const caller = async () => {
    while (left-- > 0) await peer.add({ message: 'hello', n: left })
  }
  await Promise.all(Array.from({ length: CALLERS }, caller))
}

async function bulk() {
  const peer = await peers[name](database)
  await fill(peer, warmUp)
  const begun = performance.now()
  await fill(peer, jobs)
  tell({ perSecond: perSecond(performance.now() - begun) })
}

async function single() {
  const peer = await peers[name](database)
  await addOneByOne(peer, Math.min(500, jobs))
  const begun = performance.now()
  await addOneByOne(peer, jobs)
  tell({ perSecond: perSecond(performance.now() - begun) })
}

async function drain() {
  const peer = await peers[name](database)
  await fill(peer, warmUp + jobs)
  const worker = await startWorker(peer)
  const { ms } = await worker.done
  tell({ perSecond: perSecond(ms) })
}

async function latency() {
  const peer = await peers[name](database)
  const worker = await startWorker(peer)
  await addOneByOne(peer, warmUp)
  await sleep(1_000)
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    await peer.add({ t: time() })
    await sleep(20 + (sample % 7))
  }
  const { waits } = await worker.done
  waits.sort((a, b) => a - b)
  const at = (share) => waits[Math.min(waits.length - 1, Math.floor(waits.length * share))]
  tell({ p50: at(0.5), p99: at(0.99) })
}

function perSecond(ms) {
  return (jobs / ms) * 1_000
}

async function startWorker(peer) {
  const expected = measure === 'drain' ? jobs : SAMPLES
  if (peer.isOneProcess) return { done: handled(peer, expected, warmUp) }
  const child = fork(self, [name, 'work', database, expected, warmUp])
  await once(child, 'message')
  return { done: once(child, 'message').then(([readings]) => readings) }
}

/** The worker's side. */
async function work() {
  const peer = await peers[name](database)
  process.once('disconnect', () => process.exit(0))
  process.send({ isReady: true })
  process.send(await handled(peer, jobs, warmUp))
  await once(process, 'disconnect')
}

async function handled(peer, expected, before) {
  const waits = []
  let first = null
  let left = expected + before
  return new Promise((resolve) => {
    void peer.work(async ({ t }) => {
      if (left <= expected) first ??= performance.now()
      if (t !== undefined) waits.push(time() - t)
      left -= 1
      if (left === 0) resolve({ ms: performance.now() - first, waits })
    })
  })
}
