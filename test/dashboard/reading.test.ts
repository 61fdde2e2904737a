import { expect } from 'chai'
import { dataOf } from '../../dashboard/src/api/server-sent-events.js'
import { readingGapMs, reconnectDelayMs } from '../../dashboard/src/lib/backoff.js'
import { errorTitle, groupErrors } from '../../dashboard/src/lib/error-groups.js'
import { inPieces, pieces, type Progress } from '../../dashboard/src/lib/in-pieces.js'
import { jsonTokens } from '../../dashboard/src/lib/json-tokens.js'
import { cadenceOf, changesOf } from '../../dashboard/src/lib/schedule-form.js'
import { unstacked } from '../../dashboard/src/lib/stack.js'
import { placeOf, timelineOf } from '../../dashboard/src/lib/timeline.js'

async function* chunks(...texts: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const text of texts) yield new TextEncoder().encode(text)
}

describe('the page', () => {
  it('reads events however they are cut, and takes comments as signs of life', async () => {
    let signs = 0
    const read: string[] = []
    const text = [
      'retry: 1000\n\ndata: {"a"',
      ':1}\n',
      '\n: still here\n\n',
      'id: 2\ndata: two\ndata: lines\n\n',
    ]
    for await (const data of dataOf(chunks(...text), () => (signs += 1))) read.push(data)
    expect(read).to.deep.equal(['{"a":1}', 'two\nlines'])
    expect(signs).to.equal(4)
  })

  it('waits longer with each failure, but never very long', () => {
    expect([0, 1, 2, 50].map((failures) => reconnectDelayMs(failures, 0.5))).to.deep.equal([
      500, 1_000, 2_000, 15_000,
    ])
    expect(reconnectDelayMs(0, 0)).to.be.lessThan(reconnectDelayMs(0, 0.99))
  })

  it('reads again no sooner than after a second, and never keeps a slow server busy', () => {
    expect([readingGapMs(5), readingGapMs(2_000)]).to.deep.equal([1_000, 8_000])
  })

  it('puts errors together that differ in ids and numbers only', () => {
    expect(errorTitle('job 01a20ea0-1473-743e-a42f-e3ba7a70fbc8 took 1.5 s\n  at x')).to.equal(
      'job <id> took <n> s',
    )
    expect(errorTitle(null)).to.equal('no error was told')
    const letter = (definitionKey: string, errorSummary: string) => ({ definitionKey, errorSummary })
    const groups = groupErrors([letter('a', 'code 1'), letter('b', 'code 2'), letter('b', 'code 3')])
    expect(groups.map(({ definitionKey, members }) => [definitionKey, members.length])).to.deep.equal([
      ['b', 2],
      ['a', 1],
    ])
  })

  it('goes through many things a piece at a time, and stops when it is told to', async () => {
    const ids = Array.from({ length: 2_500 }, (_, index) => String(index))
    const seen: Progress[] = []
    const abort = new AbortController()
    const act = async (piece: readonly string[]) => piece.length - 1
    const onProgress = (progress: Progress) => void seen.push(progress)
    const whole = await inPieces(pieces(ids), act, { onProgress, signal: abort.signal })
    expect(whole).to.deep.equal({ seen: 2_500, done: 2_497 })
    expect(seen.map((progress) => progress.seen)).to.deep.equal([1_000, 2_000, 2_500])

    const stopAtOnce = { onProgress: () => abort.abort(), signal: abort.signal }
    expect((await inPieces(pieces(ids), act, stopAtOnce)).seen).to.equal(1_000)
  })

  it('colours JSON without changing a letter of it', () => {
    const value = { 'a "key"': ['text: 1', -1.5e3, true, null], nested: { empty: {} } }
    const tokens = jsonTokens(value)
    expect(tokens.map(({ text }) => text).join('')).to.equal(JSON.stringify(value, null, 2))
    const kinds = (kind: string) => tokens.filter((token) => token.kind === kind).map(({ text }) => text)
    expect(kinds('key')).to.deep.equal(['"a \\"key\\""', '"nested"', '"empty"'])
    expect(kinds('word')).to.deep.equal(['true', 'null'])
  })

  it('tells an error from its stack', () => {
    expect(unstacked('Error: no\nreally\n    at f (x.js:1)\n    at g')).to.deep.equal({
      words: 'Error: no\nreally',
      stack: '    at f (x.js:1)\n    at g',
    })
    expect(unstacked('only words').stack).to.equal('')
  })

  it('tells what of a schedule was changed, whatever order its params have', () => {
    const before = { name: 'a', cron: '@daily', params: { x: 1, y: { p: [1], q: 2 } } }
    expect(changesOf(before, { ...before, params: { y: { q: 2, p: [1] }, x: 1 } })).to.deep.equal({})
    const after = { name: 'b', everySeconds: 60, params: before.params }
    expect(changesOf(before, after)).to.deep.equal({ name: 'b', everySeconds: 60 })
  })

  it('says how often a schedule runs', () => {
    const every = (everySeconds: number) => cadenceOf({ cron: null, everySeconds })
    expect([every(60), every(7_200), every(86_400), every(90)]).to.deep.equal([
      'every minute',
      'every 2 hours',
      'every day',
      'every 90 s',
    ])
    expect(cadenceOf({ cron: '0 7 * * *', everySeconds: null })).to.equal('0 7 * * *')
  })
})

describe('the timeline of a job', () => {
  const at = (seconds: number) => new Date(seconds * 1_000).toISOString()
  const run = (number: number, from: number, to: number | null, outcome: 'error' | 'succeeded' | null) => ({
    run: number,
    startedAt: at(from),
    endedAt: to === null ? null : at(to),
    outcome,
  })

  it('is waits, runs and pauses, without a gap', () => {
    const job = { queuedAt: at(0), finishedAt: at(10), status: 'succeeded' as const }
    const stretches = timelineOf(job, [run(2, 6, 10, 'succeeded'), run(1, 2, 4, 'error')], 0)
    expect(stretches.map(({ kind, from, to }) => [kind, from / 1_000, to / 1_000])).to.deep.equal([
      ['wait', 0, 2],
      ['run', 2, 4],
      ['pause', 4, 6],
      ['run', 6, 10],
    ])
  })

  it('is open at its end while the job waits or runs', () => {
    const job = { queuedAt: at(0), finishedAt: null, status: 'queued' as const }
    expect(timelineOf(job, [], 5_000).map(({ kind, to, isOpen }) => [kind, to, isOpen])).to.deep.equal([
      ['wait', 5_000, true],
    ])
    const running = { ...job, status: 'running' as const }
    expect(timelineOf(running, [run(1, 1, null, null)], 5_000).at(-1)).to.include({ to: 5_000, isOpen: true })
  })

  it('lies within its width, however short a stretch is', () => {
    const job = { queuedAt: at(0), finishedAt: at(100_000), status: 'succeeded' as const }
    const stretches = timelineOf(job, [run(1, 99_999.999, 100_000, 'succeeded')], 0)
    for (const stretch of stretches) {
      const { left, width } = placeOf(stretch, stretches)
      expect(width).to.be.greaterThan(0.005)
      expect(left + width).to.be.at.most(1 + 1e-9)
    }
  })
})
