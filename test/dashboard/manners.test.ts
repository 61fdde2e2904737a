import axe from 'axe-core'
import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { storesWanted } from '../contract/stores-wanted.js'
import { buildOnce } from '../e2e/support/role-process.js'
import { untilStatus } from '../e2e/support/workplace.js'
import { describeInBrowser } from './support/chromium.js'
import { closePages, PageWorld } from './support/page-world.js'

const KEY = 'key-of-the-operator'
/** Long enough for whatever would ask again by itself. */
const QUIET_MS = 2_500

if (storesWanted().has('sqlite'))
  describeInBrowser('the manners of the dashboard', function () {
    let world: PageWorld
    let failed = ''
    let schedule = ''
    before(buildOnce)
    before(async function () {
      this.timeout(60_000)
      world = await PageWorld.open('sqlite')
      failed = (await world.post('/v1/jobs', { definitionKey: 'failing', maxAttempts: 2 })).jobId
      await world.post('/v1/jobs', { definitionKey: 'echo', delaySeconds: 3_600 })
      await untilStatus(await world.url(), failed, 'failed')
      const rule = { name: 'nightly report', definitionKey: 'echo', params: { message: 'x' }, cron: '@daily' }
      schedule = (await world.post<{ scheduleId: string }>('/v1/schedules', rule)).scheduleId
    })
    after(closePages)

    const places = () => [
      '#/',
      '#/jobs',
      `#/jobs/${failed}`,
      '#/run?definition=compute.math',
      '#/dead-letters',
      '#/schedules',
      '#/schedules/new',
      `#/schedules/${schedule}`,
      '#/videos',
      '#/definitions',
      '#/workers',
      '#/api?at=createJob',
      '#/nowhere',
    ]
    const settled = async (page: Page) => {
      // What was asked for is drawn in the next frame; until then the page is the one before.
      await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve))))
      await page.locator('h1').waitFor()
      await page.waitForFunction(() => document.querySelector('.waiting') === null)
    }

    for (const colorScheme of ['light', 'dark'] as const)
      it(`has nothing that axe calls serious, ${colorScheme}`, async function () {
        this.timeout(60_000)
        // The tester is no part of the page, whose policy keeps it out.
        const page = await world.visit('#/', { colorScheme, bypassCSP: true })
        await page.evaluate(axe.source)
        // In the dark only the colours are others.
        const rules = colorScheme === 'light' ? {} : { runOnly: ['color-contrast'] }
        for (const place of places()) {
          await page.evaluate((hash) => (location.hash = hash), place)
          await settled(page)
          const found = await page.evaluate(async (asked) => {
            const tester = (
              window as unknown as { axe: { run(options: object): Promise<{ violations: Violation[] }> } }
            ).axe
            return (await tester.run(asked)).violations.map(({ id, impact, nodes }) => ({
              id,
              impact,
              nodes: nodes.length,
            }))
          }, rules)
          const grave = found.filter(({ impact }) => impact === 'serious' || impact === 'critical')
          expect({ place, grave }).to.deep.equal({ place, grave: [] })
        }
      })

    it('fits into a width of 360 pixels', async () => {
      const page = await world.visit('#/', { viewport: { width: 360, height: 780 } })
      for (const place of places()) {
        await page.evaluate((hash) => (location.hash = hash), place)
        await settled(page)
        const beyond = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)
        expect([place, beyond <= 0]).to.deep.equal([place, true])
      }
    })

    it('is gone round by keyboard alone', async () => {
      const page = await world.visit()
      await page.locator('h1').waitFor()
      const press = async (...keys: readonly string[]) => {
        for (const key of keys) await page.keyboard.press(key)
      }
      const titles: Readonly<Record<string, string>> = {
        j: 'Jobs',
        d: 'Dead letters',
        s: 'Schedules',
        v: 'Videos',
        f: 'Definitions',
        w: 'Workers',
        a: 'API',
        o: 'Overview',
      }
      for (const [key, title] of Object.entries(titles)) {
        await press('g', key)
        await page.getByRole('heading', { level: 1, name: title }).waitFor()
      }
      await press('?')
      await page.getByRole('dialog', { name: 'Keyboard' }).waitFor()
      await press('Escape')
      await press('/')
      await page.waitForFunction(() => document.activeElement?.matches('[data-search]'))
      expect(page.url()).to.contain('#/jobs')
      await press('Escape')
      await page.locator('[data-row]').first().waitFor()
      await press('j', 'j', 'k', 'x')
      await page.getByText('1 job', { exact: true }).waitFor()
      await press('j', 'Enter')
      await page.getByText('Why it failed').waitFor()
      await press('e')
      await page.getByRole('heading', { name: 'Edit and run again' }).waitFor()
      await press('n')
      await page.getByRole('heading', { name: 'Run a job' }).waitFor()
      await page.locator('form').waitFor()
      await press('Tab', 'Tab', 'Tab')
      expect(await page.evaluate(() => document.activeElement?.tagName)).to.not.equal('BODY')
    })

    it('begins with a definition that is there, where the samples are not', async () => {
      const page = await world.visit('#/nowhere')
      await page.route('**/v1/definitions', async (route) => {
        const answer = await route.fetch()
        const { definitions } = (await answer.json()) as { definitions: { key: string }[] }
        await route.fulfill({
          response: answer,
          json: { definitions: definitions.filter(({ key }) => key === 'failing') },
        })
      })
      for (const place of ['#/schedules/new', '#/run']) {
        await page.evaluate((hash) => (location.hash = hash), place)
        const choice = page.getByRole('combobox').first()
        expect([place, await choice.inputValue()]).to.deep.equal([place, 'failing'])
        expect(await page.getByText('Hello World').count()).to.equal(0)
      }
    })

    it('asks for nothing while nothing changes, and for nothing at all while it is hidden', async () => {
      const page = await world.visit('#/jobs')
      await page.locator('tbody tr').first().waitFor()
      await page.getByText('Live', { exact: true }).waitFor()
      await page.waitForTimeout(1_500)
      const asked: string[] = []
      page.on('request', (request) => asked.push(request.url()))
      await page.waitForTimeout(QUIET_MS)
      expect(asked).to.deep.equal([])

      // As text: what compiles these tests adds helpers to functions that a page does not know.
      const hide = (isHidden: boolean) =>
        page.evaluate(`
          Object.defineProperty(document, 'hidden', { configurable: true, get: () => ${isHidden} })
          document.dispatchEvent(new Event('visibilitychange'))
        `)
      await hide(true)
      const { jobId } = await world.post('/v1/jobs', { definitionKey: 'echo', delaySeconds: 7_200 })
      await page.waitForTimeout(QUIET_MS)
      expect(asked).to.deep.equal([])
      expect(await page.locator(`a[href$="${jobId}"]`).count()).to.equal(0)
      await hide(false)
      await page.locator(`a[href$="${jobId}"]`).waitFor()
    })

    it('tells those who listen nothing anew while only time goes by', async () => {
      const { jobId } = await world.post('/v1/jobs', { definitionKey: 'echo', delaySeconds: 50 })
      const page = await world.visit('#/nowhere')
      for (const [place, lasting] of [
        [`#/jobs/${jobId}`, 'Why it is not running'],
        [`#/schedules/${schedule}`, 'in a moment'],
      ] as const) {
        await page.route('**/v1/schedules/preview?*', (route) => route.fulfill({ json: preview() }))
        await page.evaluate((hash) => (location.hash = hash), place)
        await page.getByText(lasting).waitFor()
        await page.waitForTimeout(500)
        const told = await page.evaluate(
          (ms) =>
            new Promise<string[]>((resolve) => {
              const heard: string[] = []
              const observer = new MutationObserver((changes) => {
                for (const { target } of changes) {
                  const node = target instanceof Element ? target : target.parentElement
                  const region = node?.closest('[aria-live], [role=status], [role=alert]')
                  if (region != null) heard.push(region.textContent)
                }
              })
              observer.observe(document.body, { childList: true, characterData: true, subtree: true })
              setTimeout(() => resolve(heard), ms)
            }),
          QUIET_MS,
        )
        expect({ place, told }).to.deep.equal({ place, told: [] })
      }
    })

    it('leaves the focus on what was pressed while that is under way, and does it once however often it is pressed', async () => {
      const page = await world.visit('#/definitions')
      let asked = 0
      let release: () => void = () => {}
      const isReleased = new Promise<void>((resolve) => (release = resolve))
      await page.route('**/v1/definitions/echo/*', async (route) => {
        asked += 1
        await isReleased
        await route.continue()
      })
      const focused = () => page.evaluate(() => document.activeElement?.textContent?.trim())
      await page.getByRole('button', { name: 'Pause echo' }).press('Enter')
      await page.locator('button[aria-disabled=true]').waitFor()
      await page.keyboard.press('Enter')
      expect(await focused()).to.equal('Pause echo')
      release()
      const resume = page.getByRole('button', { name: 'Resume echo' })
      await resume.waitFor()
      expect({ asked, focused: await focused() }).to.deep.equal({ asked: 1, focused: 'Resume echo' })
      await resume.press('Enter')
      await page.getByRole('button', { name: 'Pause echo' }).waitFor()
    })

    it('reads again what was cut while it was answered', async () => {
      const page = await world.visit('#/definitions', {}, () => {
        const real = window.fetch.bind(window)
        let isCut = false
        Reflect.set(window, 'fetch', async (url: string, init?: RequestInit) => {
          const answer = await real(url, init)
          if (isCut || !url.endsWith('/v1/definitions')) return answer
          isCut = true
          const body = new ReadableStream<Uint8Array>({
            start(stream) {
              stream.enqueue(new TextEncoder().encode('{"definitions":['))
              // After the first stream of hints, with which everything is read anew.
              setTimeout(() => stream.error(new TypeError('network error')), 1_500)
            },
          })
          return new Response(body, { headers: { 'Content-Type': 'application/json' } })
        })
      })
      await page.getByText('The server went away while it answered').waitFor()
      await page.getByRole('heading', { name: /^echo/ }).waitFor()
      await page.getByText('The server went away while it answered').waitFor({ state: 'detached' })
    })

    it('says that a page answered in place of the server', async () => {
      const page = await world.visit('#/nowhere')
      const login = { contentType: 'text/html; charset=utf-8', body: '<!doctype html><h1>Log in</h1>' }
      await page.route('**/v1/definitions', (route) => route.fulfill(login))
      await page.evaluate(() => (location.hash = '#/definitions'))
      await page.getByText('something before it: text/html').waitFor()
    })

    it('leads from the newest videos to all of them', async () => {
      const page = await world.visit('#/nowhere')
      const list = '**/v1/jobs?definitionKey=encode.video&limit=24'
      let nextCursor: string | null = null
      await page.route(list, (route) =>
        route.fulfill({ json: { jobs: [], total: 30, totalIsCapped: false, nextCursor } }),
      )
      const videos = async (): Promise<void> => {
        const answered = page.waitForResponse(list)
        await page.evaluate(() => (location.hash = '#/videos'))
        await answered
        await settled(page)
      }
      await videos()
      expect(await page.getByRole('link', { name: 'All videos' }).count()).to.equal(0)
      await page.evaluate(() => (location.hash = '#/nowhere'))
      nextCursor = 'more'
      await videos()
      await page.getByRole('link', { name: 'All videos' }).click()
      await page.waitForFunction(() => location.hash === '#/jobs?definition=encode.video')
    })

    it('stays with this server: no request goes elsewhere', async () => {
      const page = await world.visit()
      const origins = new Set<string>()
      page.on('request', (request) => origins.add(new URL(request.url()).origin))
      await page.reload()
      await settled(page)
      expect([...origins]).to.deep.equal([await world.url()])
    })

    it('has thrown nothing, and done nothing that its policy forbids', () => {
      expect(world.errors).to.deep.equal([])
    })

    describe('where keys are needed', () => {
      let guarded: PageWorld
      before(async function () {
        this.timeout(60_000)
        guarded = await PageWorld.open('sqlite', { API_KEYS: `${KEY}:admin`, HOST: '127.0.0.1' })
      })

      it('asks for one, and goes on with it', async () => {
        const page = await guarded.visit('#/jobs')
        const field = page.getByRole('textbox', { name: 'Access key' })
        await field.fill('a-wrong-one')
        await page.getByRole('button', { name: 'Open' }).click()
        await page.getByText(/^The server says: the API key is not known/).waitFor()
        await field.fill(KEY)
        await page.getByRole('button', { name: 'Open' }).click()
        await page.getByText('There are no jobs yet').waitFor()
        await page.getByText('Live', { exact: true }).waitFor()
        await page.reload()
        await page.getByText('There are no jobs yet').waitFor()
      })
    })
  })

function preview() {
  const at = new Date(Date.now() + 40_000).toISOString()
  return { description: 'in a moment', runs: [{ at, local: at.slice(0, 19), offset: '+00:00', note: null }] }
}

interface Violation {
  readonly id: string
  readonly impact: string
  readonly nodes: readonly unknown[]
}
