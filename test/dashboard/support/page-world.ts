import { createServer, type AddressInfo } from 'node:net'
import type { Browser, BrowserContext, Page } from 'playwright-core'
import { createJobServer } from '../../../src/index.js'
import type { RoleProcess } from '../../e2e/support/role-process.js'
import { Workplace } from '../../e2e/support/workplace.js'
import { createDatabase } from '../../support/postgres-databases.js'
import { openBrowser } from './chromium.js'

const opened: Promise<PageWorld>[] = []

/** A real server on a database of its own, and a browser that looks at it; the pages' errors are collected. */
export class PageWorld {
  readonly errors: string[] = []
  private readonly workplace = new Workplace()
  private server: RoleProcess | null = null
  private context: BrowserContext | null = null
  private readonly port: Promise<number> = freePort()

  private constructor(
    readonly browser: Browser,
    private readonly database: string | null,
    private readonly env: Readonly<Record<string, string>>,
    private readonly drop: () => Promise<void>,
  ) {}

  static open(store: 'sqlite' | 'postgres', env: Readonly<Record<string, string>> = {}): Promise<PageWorld> {
    const world = PageWorld.start(store, env)
    opened.push(world)
    return world
  }

  private static async start(
    store: 'sqlite' | 'postgres',
    env: Readonly<Record<string, string>>,
  ): Promise<PageWorld> {
    const made = store === 'postgres' ? await createDatabase('empty') : null
    const drop = async () => made?.drop()
    const browser = await openBrowser().catch(async (error: unknown) => {
      await drop()
      throw error
    })
    const world = new PageWorld(browser, made?.url ?? null, env, drop)
    try {
      await world.startServer()
    } catch (error) {
      await world.close()
      throw error
    }
    return world
  }

  get databaseUrl(): string {
    return this.database ?? `sqlite:${this.workplace.path}/data/jobs.db`
  }

  async url(path = ''): Promise<string> {
    return `http://127.0.0.1:${await this.port}${path}`
  }

  /** Always at the same address, as a restarted server is. */
  async startServer(): Promise<void> {
    const port = String(await this.port)
    const where = this.database === null ? {} : { DATABASE_URL: this.database }
    this.server = this.workplace.run('server', { PORT: port, ...where, ...this.env })
    await this.server.ready()
  }

  async stopServer(): Promise<void> {
    await this.server?.stop()
  }

  /**
   * A fresh page at this place of the dashboard.
   * @param first runs in the page before anything of its own.
   */
  async visit(
    place = '#/',
    options: Parameters<Browser['newContext']>[0] = {},
    first?: () => void,
  ): Promise<Page> {
    await this.context?.close()
    this.context = await this.browser.newContext({ viewport: { width: 1280, height: 860 }, ...options })
    const page = await this.context.newPage()
    page.setDefaultTimeout(15_000)
    page.on('pageerror', (error) => this.errors.push(error.message))
    page.on('console', (message) => {
      // What the server refuses is a matter of the tests themselves.
      if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
        this.errors.push(message.text())
    })
    if (first !== undefined) await page.addInitScript(first)
    await page.goto(await this.url(`/dashboard/${place}`))
    return page
  }

  async post<T = { jobId: string }>(path: string, body: unknown): Promise<T> {
    const answer = await fetch(await this.url(path), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    })
    return (await answer.json()) as T
  }

  async get<T>(path: string): Promise<T> {
    return (await (await fetch(await this.url(path))).json()) as T
  }

  /** Many jobs at once, straight into the store. */
  async fill(count: number, delaySeconds: number): Promise<void> {
    const client = await createJobServer({ database: this.databaseUrl, worker: false })
    const request = { definitionKey: 'echo', params: {}, delaySeconds }
    for (let left = count; left > 0; left -= 1_000)
      await client.enqueueMany(Array.from({ length: Math.min(1_000, left) }, () => request))
    await client.stop()
  }

  async close(): Promise<void> {
    await this.browser.close()
    await this.workplace.close()
    await this.drop()
  }
}

/** For `after`: ends all worlds, also one that a `before` which ran out of time did not wait for. */
export async function closePages(this: Mocha.Context): Promise<void> {
  this.timeout(60_000)
  for (const world of opened.splice(0)) {
    const open = await world.catch(() => null)
    await open?.close()
  }
}

async function freePort(): Promise<number> {
  const probe = createServer()
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve))
  const { port } = probe.address() as AddressInfo
  await new Promise((resolve) => probe.close(resolve))
  return port
}
