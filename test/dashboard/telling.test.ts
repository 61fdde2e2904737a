import { expect } from 'chai'
import type { Page, Route } from 'playwright-core'
import { storesWanted } from '../contract/stores-wanted.js'
import { buildOnce } from '../e2e/support/role-process.js'
import { untilStatus } from '../e2e/support/workplace.js'
import { describeInBrowser } from './support/chromium.js'
import { closePages, PageWorld } from './support/page-world.js'

const GIVEN_UP = 3

if (storesWanted().has('sqlite'))
  describeInBrowser('what the dashboard tells', function () {
    let world: PageWorld
    let failed: readonly string[] = []
    before(buildOnce)
    before(async function () {
      this.timeout(60_000)
      world = await PageWorld.open('sqlite')
      const body = { definitionKey: 'failing', maxAttempts: 1 }
      const made = Array.from({ length: GIVEN_UP }, () => world.post('/v1/jobs', body))
      failed = (await Promise.all(made)).map(({ jobId }) => jobId)
      for (const jobId of failed) await untilStatus(await world.url(), jobId, 'failed')
    })
    after(closePages)

    const waitFor = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor()
    /** At another place of the same page, as by a link. */
    const follow = (page: Page, place: string) => page.evaluate((hash) => (location.hash = hash), place)

    it('says that a panel could not be read, not that there is nothing, and reads it again by itself', async () => {
      const page = await world.visit('#/nowhere')
      let isAway = true
      const refusal = { detail: 'try again in a moment', code: 'storage-unavailable' }
      for (const path of ['**/attempts', '**/logs?*', '**/metrics/definitions?*', '**/metrics/throughput?*'])
        await page.route(path, (route) =>
          isAway ? route.fulfill({ status: 503, json: refusal }) : route.continue(),
        )
      await follow(page, `#/jobs/${failed[0]}`)
      for (const name of ['Runs', 'Logs'])
        await page
          .locator('.panel', { has: page.getByRole('heading', { name, exact: true }) })
          .getByText(refusal.detail)
          .waitFor()
      expect(await page.getByText(/has not run yet|Nothing was logged/).count()).to.equal(0)
      await follow(page, '#/')
      await page.locator('.panel', { hasText: 'By definition' }).getByText(refusal.detail).waitFor()
      await page.locator('.panel', { hasText: 'Finished jobs' }).getByText(refusal.detail).waitFor()
      expect(await page.getByText('No definition has jobs yet').count()).to.equal(0)

      isAway = false
      await page
        .locator('.panel', { hasText: 'By definition' })
        .getByRole('link', { name: 'failing' })
        .waitFor()
      await page.locator('.chart').waitFor()
      await page.waitForFunction(() => document.querySelector('.trouble') === null)
    })

    it('says that a schedule cannot be made yet when no definition could be read', async () => {
      const page = await world.visit('#/nowhere')
      let isBroken = true
      await page.route('**/v1/definitions', (route) =>
        isBroken ? route.fulfill({ status: 500, json: { detail: 'something broke' } }) : route.continue(),
      )
      await follow(page, '#/schedules/new')
      await waitFor(page, 'something broke')
      isBroken = false
      await page.getByRole('button', { name: 'Read again' }).click()
      await page.getByRole('button', { name: 'Make it' }).waitFor()
    })

    it('asks again no sooner than the server wishes', async () => {
      const page = await world.visit('#/nowhere')
      const asked: number[] = []
      await page.route('**/v1/jobs?*', (route) => {
        asked.push(Date.now())
        return asked.length === 1
          ? route.fulfill({ status: 429, headers: { 'Retry-After': '3' }, json: { detail: 'too many' } })
          : route.continue()
      })
      await follow(page, '#/jobs')
      await page.locator('tbody tr').first().waitFor()
      expect(asked[1]! - asked[0]!).to.be.at.least(3_000)
    })

    it('reads the figures of the overview again while nothing happens', async () => {
      // A minute of the page is half a second.
      const page = await world.visit('#/', {}, () => {
        const real = window.setInterval.bind(window)
        Reflect.set(window, 'setInterval', (run: () => void, ms?: number) =>
          real(run, ms === 60_000 ? 500 : ms),
        )
      })
      await waitFor(page, 'Finished jobs')
      await page.getByText('Live', { exact: true }).waitFor()
      await page.waitForTimeout(1_500)
      const again = ['/metrics/throughput', '/metrics/latency', '/v1/workers', '/readyz'].map((path) =>
        page.waitForRequest((request) => request.url().includes(path), { timeout: 5_000 }),
      )
      await Promise.all(again)
    })

    it('gives up a search that nobody waits for any more', async () => {
      const page = await world.visit('#/jobs')
      await page.locator('tbody tr').first().waitFor()
      await page.route('**/v1/jobs?*q=slow*', () => undefined)
      const begun = page.waitForRequest(/q=slow/)
      const ended = page.waitForEvent('requestfailed', (request) => request.url().includes('q=slow'))
      await follow(page, '#/jobs?q=slow')
      await begun
      await follow(page, '#/workers')
      expect((await ended).failure()?.errorText).to.equal('net::ERR_ABORTED')
      await page.getByRole('heading', { level: 1, name: 'Workers' }).waitFor()
    })

    it('waits ever longer for a stream that ends at once', async () => {
      const page = await world.visit('#/nowhere')
      let count = 0
      await page.route('**/v1/events/stream', (route) => {
        count += 1
        return route.fulfill({ status: 200, contentType: 'text/event-stream', body: ': hello\n\n' })
      })
      await page.reload()
      await page.waitForTimeout(5_000)
      // After 0, 0.5, 1.5 and 3.5 s, each up to a quarter sooner.
      expect(count).to.be.within(2, 5)
    })

    it('keeps an upload while another page is looked at', async () => {
      const page = await world.visit('#/videos')
      await page.route('**/v1/videos/encode', () => undefined)
      await page
        .locator('input[type=file]')
        .setInputFiles({ name: 'a long clip.mp4', mimeType: 'video/mp4', buffer: Buffer.alloc(1_000) })
      const row = page.getByRole('heading', { name: 'a long clip.mp4' })
      await row.waitFor()
      await follow(page, '#/workers')
      await page.getByRole('heading', { level: 1, name: 'Workers' }).waitFor()
      const asks = () => page.evaluate(() => !dispatchEvent(new Event('beforeunload', { cancelable: true })))
      expect(await asks()).to.equal(true)
      await follow(page, '#/videos')
      await row.waitFor()
      await page.getByRole('button', { name: 'Stop' }).click()
      await page.getByRole('button', { name: 'Dismiss' }).click()
      await row.waitFor({ state: 'detached' })
      expect(await asks()).to.equal(false)
    })

    it('sends many videos two at a time, in rows that stay where they are', async () => {
      const page = await world.visit('#/videos')
      const sent: Route[] = []
      await page.route('**/v1/videos/encode', (route) => void sent.push(route))
      const files = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((letter) => ({
        name: `${letter}.mp4`,
        mimeType: 'video/mp4',
        buffer: Buffer.alloc(1_000),
      }))
      await page.locator('input[type=file]').setInputFiles(files)
      const rows = () => page.locator('.upload h2').allTextContents()
      const names = files.map(({ name }) => name).reverse()
      const row = (name: string) => page.locator('.upload', { has: page.getByRole('heading', { name }) })
      await row('h.mp4').waitFor()
      await page.waitForTimeout(300)
      expect(sent).to.have.length(2)
      expect(await rows()).to.deep.equal(names)

      await row('c.mp4').getByRole('button', { name: 'Stop' }).click()
      await row('c.mp4').getByText('It was stopped').waitFor()
      await sent[0]?.fulfill({ status: 422, json: { detail: 'not a video' } })
      await row('a.mp4').getByText('not a video').waitFor()
      await row('b.mp4').getByRole('button', { name: 'Stop' }).click()
      await row('e.mp4')
        .getByText(/Sending|The server looks/)
        .waitFor()
      expect(sent).to.have.length(4)
      expect(await rows()).to.deep.equal(names)
      for (const name of [...names].reverse().slice(3))
        await row(name).getByRole('button', { name: 'Stop' }).click()
      await page.getByText('It was stopped').nth(6).waitFor()
    })

    it('leads back among the pages of jobs that were seen, and not out of the dashboard', async () => {
      await world.fill(120, 3_600)
      const page = await world.visit('#/jobs')
      const older = page.getByRole('link', { name: 'Older' })
      const first = await older.getAttribute('href')
      await older.click()
      // Until the second page is there, the link is that of the first one.
      await page.locator(`.pager a:has-text("Older"):not([href="${first}"])`).waitFor()
      const second = page.url()
      await older.click()
      await page.waitForURL((url) => url.href !== second)
      await page.getByRole('link', { name: 'Back' }).click()
      await page.waitForURL(second)
      await page.reload()
      await page.getByRole('link', { name: 'Newest' }).waitFor()
      expect(await page.getByText('Back', { exact: true }).count()).to.equal(0)
    })

    it('leads back to the row that was opened, by keys and by mouse', async () => {
      const page = await world.visit('#/jobs?status=queued')
      const row = page.locator('[data-row]').nth(40)
      await row.focus()
      const [href, top] = [await row.getAttribute('href'), await page.evaluate(() => scrollY)]
      expect(top).to.be.greaterThan(500)
      for (const open of [() => page.keyboard.press('Enter'), () => row.click()]) {
        await open()
        await waitFor(page, 'Why it is not running')
        expect(await page.evaluate(() => scrollY)).to.equal(0)
        await page.goBack()
        await page.waitForFunction((before) => scrollY === before, top)
        expect(await page.evaluate(() => document.activeElement?.getAttribute('href'))).to.equal(href)
      }
      await follow(page, '#/workers')
      await follow(page, '#/jobs?status=queued')
      await row.waitFor()
      expect(await page.evaluate(() => scrollY)).to.equal(0)
    })

    it('shows in the field for which words the list was searched, back and forth', async () => {
      const page = await world.visit('#/jobs')
      await page.getByRole('button', { name: 'failed', exact: true }).click()
      await page.waitForURL(/status=failed/)
      const field = page.locator('[data-search]')
      await field.pressSequentially('nothing like it')
      await waitFor(page, 'No job matches')
      await page.goBack()
      await page.locator('tbody tr').first().waitFor()
      expect(await field.inputValue()).to.equal('')
      await page.goForward()
      await waitFor(page, 'No job matches')
      expect(await field.inputValue()).to.equal('nothing like it')
    })

    it('can cancel a selected job that newer ones have pushed off the page', async () => {
      const page = await world.visit('#/jobs?status=queued')
      await page.locator('tbody input').first().check()
      const id = await page.locator('tbody .cell-id').first().getAttribute('title')
      await world.fill(60, 3_600)
      await page.waitForFunction((title) => document.querySelector(`[title="${title}"]`) === null, id)
      await page.getByRole('button', { name: 'Cancel …' }).click()
      await page.getByRole('button', { name: 'Cancel 1 job' }).click()
      await waitFor(page, '1 job cancelled, or told to stop.')
    })

    it('discards all that it shows, and not those retried ones that it hides', async () => {
      const [retried = ''] = failed
      await world.post('/v1/jobs/retry', { filter: { ids: [retried] } })
      const { jobs } = await world.get<{ jobs: { jobId: string; retriedFrom: string | null }[] }>('/v1/jobs')
      const retry = jobs.find(({ retriedFrom }) => retriedFrom === retried)
      // That one is given up as well.
      await untilStatus(await world.url(), retry?.jobId, 'failed')
      const page = await world.visit('#/dead-letters')
      await waitFor(page, '3 jobs given up, by error')
      await page.getByRole('button', { name: 'Discard', exact: true }).click()
      await waitFor(page, 'Discard dead letters of failing')
      await page.getByRole('button', { name: 'Leave as it is' }).click()
      await page.getByRole('button', { name: 'Discard all' }).click()
      await page.getByRole('button', { name: 'Discard 3 dead letters' }).click()
      await waitFor(page, '3 dead letters discarded.')
      const left = await world.get<{ jobs: { originalJobId: string }[] }>('/v1/dlq')
      expect(left.jobs.map(({ originalJobId }) => originalJobId)).to.deep.equal([retried])
    })

    it('sets what is written from right to left so that it is read in order, and from its beginning', async () => {
      const { jobId } = await world.post('/v1/jobs', {
        definitionKey: 'echo',
        params: { اسم: 'مرحبا' },
        delaySeconds: 3_600,
      })
      const page = await world.visit(`#/jobs/${jobId}`)
      /** Where the letters are: the quotes around them have a place of their own. */
      const left = (part: string) =>
        page.locator(`pre ${part}`).evaluate(({ firstChild }) => {
          const letters = document.createRange()
          letters.setStart(firstChild!, 1)
          letters.setEnd(firstChild!, 2)
          return letters.getBoundingClientRect().left
        })
      await page.locator('pre .json-text').waitFor()
      expect(await left('.json-key')).to.be.lessThan(await left('.json-text'))

      const errorSummary = 'تعذر الاتصال بالخادم '.repeat(20)
      await page.route('**/v1/jobs?*', async (route) => {
        const answer = await route.fetch()
        const { jobs, ...rest } = (await answer.json()) as { jobs: object[] }
        const failing = jobs.map((job) => ({ ...job, status: 'failed', errorSummary }))
        await route.fulfill({ response: answer, json: { ...rest, jobs: failing } })
      })
      for (const [place, words] of [
        ['#/jobs?status=failed', '.error-line'],
        ['#/', '.failure-text'],
      ] as const) {
        await follow(page, place)
        const shown = page.locator(words).first()
        await shown.waitFor()
        expect(await shown.evaluate((line) => getComputedStyle(line).direction)).to.equal('rtl')
      }
    })

    it('shows of a very long error no more than its beginning above the dead letters', async () => {
      const page = await world.visit('#/nowhere', { viewport: { width: 360, height: 780 } })
      await page.route('**/v1/dlq?*', async (route) => {
        const answer = await route.fetch()
        const { jobs, ...rest } = (await answer.json()) as { jobs: object[] }
        const long = jobs.map((job) => ({ ...job, errorSummary: 'word '.repeat(400) }))
        await route.fulfill({ response: answer, json: { ...rest, jobs: long } })
      })
      await follow(page, '#/dead-letters?retried=shown')
      const title = page.locator('.group-title h2')
      await title.waitFor()
      expect((await title.boundingBox())?.height).to.be.lessThan(100)
      expect(await title.getAttribute('title')).to.contain('word word')
    })

    it('takes no part of an address for more than it is', async () => {
      const page = await world.visit('#/?span=constructor')
      await waitFor(page, 'Finished jobs, last hour')
      await follow(page, '#/jobs?span=constructor')
      await page.locator('tbody tr').first().waitFor()
    })

    it('says how old the page is by the clock of the server', async function () {
      this.timeout(30_000)
      const page = await world.visit('#/jobs', {}, () => {
        const real = Date.now.bind(Date)
        Reflect.set(Date, 'now', () => real() - 7_200_000)
      })
      await page.getByText('Live', { exact: true }).waitFor()
      await page.locator('tbody tr').first().waitFor()
      await world.stopServer()
      await waitFor(page, 'Connection lost, trying again')
      // From the next second on it tells by a fresh look at the clock.
      await page.waitForTimeout(1_500)
      expect(await page.locator('.banner').textContent()).to.match(/What you see is [\d.]+ s old/)
      await world.startServer()
      await waitFor(page, 'Connected again')
    })

    it('says by the clock of the server when a job is due and how long ago it came', async () => {
      const { jobId } = await world.post('/v1/jobs', { definitionKey: 'echo', delaySeconds: 3_600 })
      const page = await world.visit('#/jobs?status=queued', {}, () => {
        const real = Date.now.bind(Date)
        Reflect.set(Date, 'now', () => real() + 7_200_000)
      })
      const row = page.locator('tbody tr', { has: page.locator(`a[href$="${jobId}"]`) })
      await row.getByText(/^due in (59 min|1 h)$/).waitFor()
      const age = await row.locator('.cell-when').textContent()
      await page.waitForTimeout(2_500)
      expect(await row.locator('.cell-when').textContent()).to.not.equal(age)
    })

    it('never says of what has begun that it will', async () => {
      const { jobId } = await world.post('/v1/jobs', { definitionKey: 'echo', delaySeconds: 5 })
      const page = await world.visit(`#/jobs/${jobId}`)
      const started = page.locator('.facts div', { hasText: 'Started' }).locator('dd')
      await started.waitFor()
      const told = await started.evaluate(
        (place) =>
          new Promise<string | null>((resolve) => {
            const observer = new MutationObserver(() => {
              if (place.querySelector('time') !== null) resolve(place.textContent)
            })
            observer.observe(place, { childList: true, subtree: true, characterData: true })
          }),
      )
      expect(told).to.match(/^(just now|\d+ s ago)$/)
    })

    it('asks anew, once it is connected again, for what was never answered', async function () {
      this.timeout(30_000)
      const page = await world.visit('#/nowhere')
      await page.getByText('Live', { exact: true }).waitFor()
      let asked = 0
      await page.route('**/v1/workers', (route) => {
        asked += 1
        // As a proxy does that waits for a machine which is gone.
        return asked === 1 ? undefined : route.continue()
      })
      const begun = page.waitForRequest('**/v1/workers')
      await follow(page, '#/workers')
      await begun
      await world.stopServer()
      await waitFor(page, 'Connection lost, trying again')
      await world.startServer()
      await waitFor(page, 'Connected again')
      await waitFor(page, '1 worker alive')
    })

    it('has thrown nothing, and done nothing that its policy forbids', () => {
      expect(world.errors).to.deep.equal([])
    })
  })
