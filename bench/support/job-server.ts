import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { get, post, Workplace } from '../../test/e2e/support/workplace.js'
import { withDatabase, type Bench } from './bench.js'
import { postMany, type BodyOf } from './http-load.js'

export type StoreName = 'memory' | 'sqlite' | 'postgres'

const DEFINITIONS = fileURLToPath(new URL('./definitions.mjs', import.meta.url))
const MEMORY_SERVER = fileURLToPath(new URL('./memory-server.mjs', import.meta.url))
const BATCH = 1_000
const PAGE = 1_000

/** A job as the lists of the API show it. */
export interface ListedJob {
  readonly jobId: string
  readonly status: string
  readonly startedAt: string
  readonly finishedAt: string
}

/** The server under measurement: what it is asked and told goes over HTTP, whatever its store. */
export class JobServer {
  constructor(
    readonly url: string,
    /** Ids of its processes, workers last. */
    readonly pids: readonly number[],
  ) {}

  /** Enqueues in batches, one after the other. @returns how long it took, in milliseconds. */
  enqueue(count: number, bodyOf: BodyOf): Promise<number> {
    const batch = (n: number): unknown => {
      const from = n * BATCH
      return {
        jobs: Array.from({ length: Math.min(BATCH, count - from) }, (_, index) => bodyOf(from + index)),
      }
    }
    return postMany(`${this.url}/v1/jobs/batch`, Math.ceil(count / BATCH), 1, batch)
  }

  async pause(definitionKey: string, paused: boolean): Promise<void> {
    const { status } = await post(
      `${this.url}/v1/definitions/${definitionKey}/${paused ? 'pause' : 'resume'}`,
      {},
    )
    if (status !== 200) throw new Error(`pausing ${definitionKey} was answered ${status}`)
  }

  /** The newest jobs of a definition. */
  async newest(definitionKey: string, count: number): Promise<readonly ListedJob[]> {
    const jobs: ListedJob[] = []
    let cursor = ''
    while (jobs.length < count) {
      const page = await get<{ jobs: readonly ListedJob[]; nextCursor: string | null }>(
        `${this.url}/v1/jobs?definitionKey=${definitionKey}&limit=${Math.min(PAGE, count - jobs.length)}${cursor}`,
      )
      jobs.push(...page.jobs)
      if (page.nextCursor === null) break
      cursor = `&cursor=${page.nextCursor}`
    }
    return jobs
  }

  /**
   * Until none of this definition is queued or active. Asks for the last one alone as long as it has not ended: a list of what waits, and how
   * many there are, takes the processors from those that are measured.
   */
  async untilDone(definitionKey: string): Promise<void> {
    const [last] = await this.newest(definitionKey, 1)
    const query = `definitionKey=${definitionKey}&status=queued,running&limit=1`
    if (last !== undefined)
      await untilSo(async () => {
        const { status } = await get<ListedJob>(`${this.url}/v1/jobs/${last.jobId}`)
        return status === 'succeeded' || status === 'failed'
      })
    await untilSo(async () => {
      const { jobs } = await get<{ jobs: readonly unknown[] }>(`${this.url}/v1/jobs?${query}`)
      return jobs.length === 0
    })
  }
}

async function untilSo(isSo: () => Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 2_400; tries += 1) {
    await sleep(250)
    if (await isSo()) return
  }
  throw new Error('the jobs did not end')
}

export interface ServerOptions {
  /** Of PostgreSQL only, where API and workers are processes of their own; elsewhere all is one process. Default 1. */
  readonly workers?: number
  /** Jobs that may run at once in each worker. */
  readonly slots: number
}

/** Starts a server on an empty database, and ends and removes all of it afterwards. */
export async function withJobServer<T>(
  bench: Bench,
  store: StoreName,
  { workers = 1, slots }: ServerOptions,
  work: (server: JobServer) => Promise<T>,
): Promise<T> {
  const env = { JOB_DEFINITIONS: DEFINITIONS, MAX_CONCURRENT_EXECUTIONS: String(slots) }
  if (store === 'memory') return withMemoryServer(env, work)
  const place = new Workplace()
  try {
    if (store === 'sqlite') {
      const server = place.run('server', env)
      return await work(new JobServer(await server.ready(), [server.pid]))
    }
    return await withDatabase(bench, async (DATABASE_URL) => {
      const api = place.run('api', { ...env, DATABASE_URL })
      const url = await api.ready()
      const roles = Array.from({ length: workers }, () => place.run('worker', { ...env, DATABASE_URL }))
      await Promise.all(roles.map((role) => role.ready()))
      const answer = await work(
        new JobServer(
          url,
          [api, ...roles].map(({ pid }) => pid),
        ),
      )
      await Promise.all([api, ...roles].map((role) => role.kill()))
      return answer
    })
  } finally {
    await place.close()
  }
}

async function withMemoryServer<T>(
  env: Readonly<Record<string, string>>,
  work: (server: JobServer) => Promise<T>,
): Promise<T> {
  const child = spawn(process.execPath, [MEMORY_SERVER], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
    const { url } = JSON.parse(line) as { url: string }
    return await work(new JobServer(url, [child.pid ?? 0]))
  } finally {
    child.kill('SIGKILL')
    await once(child, 'close')
  }
}
