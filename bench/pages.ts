/**
 * How long the pages of the dashboard take in a browser on a database that `bench/fill.ts` has filled: from the navigation to what
 * they show on the screen, each API request of theirs included; rows further down a list are drawn a frame later. Usage:
 * `npm run bench:pages -- <database URL> [<samples>]`; it needs Chromium, in `PATH` or named by `CHROMIUM_PATH`. Prints one line of
 * JSON for each view, times in milliseconds: `first` opens it in a browser that has seen nothing, `next` goes there within the page.
 */
import type { BrowserContext, Page } from 'playwright-core'
import { createJobServer } from '../src/index.js'
import { openBrowser } from '../test/dashboard/support/chromium.js'

/** Nothing asked for in this time: the view is complete. Not a part of what is measured. */
const QUIET_MS = 150

/**
 * Runs in the page: counts what is asked for and notes the end of the frame that shows the last answer. As text: what compiles this
 * file adds helpers that a page does not know.
 */
const WATCH = `
  window.view = { pending: 0, shownAt: 0, since: 0 }
  const shown = () => requestAnimationFrame(() => {
    const { port1, port2 } = new MessageChannel()
    port1.onmessage = () => { view.shownAt = performance.now() }
    port2.postMessage(0)
  })
  const ask = window.fetch
  window.fetch = async (...asked) => {
    if (String(asked[0]).endsWith('/v1/events/stream')) return ask(...asked)
    view.pending += 1
    const over = () => { view.pending -= 1; shown() }
    let answer
    try { answer = await ask(...asked) } catch (error) { over(); throw error }
    for (const part of ['json', 'text']) {
      const read = answer[part].bind(answer)
      answer[part] = () => read().finally(over)
    }
    return answer
  }
  window.goTo = (hash) => {
    performance.clearResourceTimings()
    view.shownAt = 0
    view.since = performance.now()
    location.hash = hash
    shown()
  }
  window.isComplete = () => view.pending === 0 && view.shownAt > 0 && document.querySelector('h1') !== null &&
    document.querySelector('.waiting') === null && performance.now() - view.shownAt > ${QUIET_MS}
`

interface Sample {
  readonly ms: number
  readonly requests: readonly { readonly path: string; readonly ms: number }[]
}

const [database = '', samples = '5'] = process.argv.slice(2)
// What is older than the default would go while it is looked at.
const retentionDays = { succeeded: 0, failed: 0, cancelled: 0 }
const server = await createJobServer({ database, worker: false, http: { port: 0 }, retentionDays })
await server.start()
const url = server.url ?? ''
const browser = await openBrowser()
try {
  for (const [view, hash] of Object.entries(await views())) {
    const first: Sample[] = []
    const next: Sample[] = []
    for (let sample = 0; sample < Number(samples); sample += 1) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 860 } })
      await context.addInitScript(WATCH)
      first.push(await opened(context, hash))
      next.push(await visited(context, hash))
      await context.close()
    }
    console.log(
      JSON.stringify({ view, first: summary(first), next: summary(next), requests: requestsOf(next) }),
    )
  }
} finally {
  await browser.close()
  await server.stop()
}

async function views(): Promise<Record<string, string>> {
  const newest = async (query: string) => {
    const { jobs, nextCursor } = await read<{ jobs: { jobId: string }[]; nextCursor: string | null }>(
      `/v1/jobs?${query}`,
    )
    return { id: jobs[0]?.jobId ?? '', cursor: nextCursor ?? '' }
  }
  const [succeeded, failed, queued] = await Promise.all(
    ['succeeded', 'failed', 'queued'].map((status) => newest(`limit=1&status=${status}`)),
  )
  const { cursor } = await newest('limit=1000&status=succeeded')
  return {
    overview: '#/',
    'overview, 7 days': '#/?span=7d',
    jobs: '#/jobs',
    'jobs, queued': '#/jobs?status=queued',
    'jobs, failed or cancelled': '#/jobs?status=failed%2Ccancelled',
    'jobs, one definition': '#/jobs?definition=fill.1',
    'jobs, status and definition': '#/jobs?status=failed&definition=fill.4',
    'jobs, 24 hours': '#/jobs?span=24h',
    'jobs, 7 days, cancelled': '#/jobs?span=7d&status=cancelled',
    'jobs, words of an error': '#/jobs?q=no',
    'jobs, words that no error has': '#/jobs?q=nowhere',
    'jobs, the beginning of an id': `#/jobs?q=${succeeded?.id.slice(0, 13)}`,
    'jobs, 1,000 further back': `#/jobs?status=succeeded&cursor=${encodeURIComponent(cursor)}`,
    'job, succeeded': `#/jobs/${succeeded?.id}`,
    'job, failed': `#/jobs/${failed?.id}`,
    'job, queued': `#/jobs/${queued?.id}`,
    'run a job': '#/run',
    'dead letters': '#/dead-letters',
    'dead letters, one definition': '#/dead-letters?definition=fill.4',
    'dead letters, a part of the error': '#/dead-letters?q=no',
    'dead letters, a part that none has': '#/dead-letters?q=nowhere',
    videos: '#/videos',
    definitions: '#/definitions',
    schedules: '#/schedules',
    'a new schedule': '#/schedules/new',
    workers: '#/workers',
    api: '#/api',
  }
}

async function opened(context: BrowserContext, hash: string): Promise<Sample> {
  const page = await context.newPage()
  await page.goto(`${url}/dashboard/${hash}`)
  return sampleOf(page)
}

/** From a page that shares no request with it. */
async function visited(context: BrowserContext, hash: string): Promise<Sample> {
  const page = await context.newPage()
  await page.goto(`${url}/dashboard/#/nowhere`)
  await page.getByText('Live', { exact: true }).waitFor()
  await page.evaluate(`goTo(${JSON.stringify(hash)})`)
  return sampleOf(page)
}

async function sampleOf(page: Page): Promise<Sample> {
  await page.waitForFunction(
    () => (globalThis as unknown as { isComplete(): boolean }).isComplete(),
    undefined,
    {
      polling: 20,
    },
  )
  return page.evaluate(`({
    ms: view.shownAt - view.since,
    requests: performance.getEntriesByType('resource')
      .filter((entry) => entry.initiatorType === 'fetch' && entry.startTime < view.shownAt)
      .map((entry) => ({ path: entry.name.slice(location.origin.length), ms: entry.responseEnd - entry.startTime })),
  })`)
}

function summary(taken: readonly { readonly ms: number }[]): { p50: number; max: number } {
  const times = taken.map(({ ms }) => ms).sort((a, b) => a - b)
  return {
    p50: Math.round(times[Math.floor((times.length - 1) / 2)] ?? NaN),
    max: Math.round(times.at(-1) ?? NaN),
  }
}

function requestsOf(taken: readonly Sample[]): readonly object[] {
  const all = taken.flatMap(({ requests }) => requests)
  return [...new Set(all.map(({ path }) => path))].map((path) => ({
    path,
    ...summary(all.filter((request) => request.path === path)),
  }))
}

async function read<T>(path: string): Promise<T> {
  const response = await fetch(url + path)
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return (await response.json()) as T
}
