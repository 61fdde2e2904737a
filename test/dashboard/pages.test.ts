import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { storesWanted } from '../contract/stores-wanted.js'
import { buildOnce } from '../e2e/support/role-process.js'
import { tempDir } from '../e2e/support/temp-dir.js'
import { untilStatus } from '../e2e/support/workplace.js'
import { sampleVideo } from '../support/sample-video.js'
import { describeInBrowser } from './support/chromium.js'
import { closePages, PageWorld } from './support/page-world.js'

const MANY = 10_000

for (const store of ['sqlite', 'postgres'] as const)
  if (storesWanted().has(store))
    describeInBrowser(`the dashboard on ${store}`, function () {
      let world: PageWorld
      before(buildOnce)
      before(async function () {
        this.timeout(60_000)
        world = await PageWorld.open(store)
      })
      after(closePages)

      const waitFor = (page: Page, text: string | RegExp) => page.getByText(text).first().waitFor()

      it('runs a sample job from an empty overview, and shows its end without reloading', async () => {
        const page = await world.visit()
        await page.getByRole('link', { name: 'Run a sample job' }).click()
        await page.evaluate(() => Object.assign(window, { wasHere: true }))
        await page.getByRole('button', { name: 'Run', exact: true }).click()
        await page.locator('h1 .status.is-succeeded').waitFor()
        await waitFor(page, '"Hello World"')
        expect(await page.evaluate(() => 'wasHere' in window)).to.equal(true)
      })

      it('hears the keys from the moment on which it can be seen', async () => {
        const page = await world.visit('#/jobs', {}, () => {
          const observer = new MutationObserver(() => {
            const field = document.querySelector('[data-search]')
            if (field === null) return
            observer.disconnect()
            dispatchEvent(new KeyboardEvent('keydown', { key: '/' }))
            Object.assign(window, { wasHeard: document.activeElement === field })
          })
          observer.observe(document, { childList: true, subtree: true })
        })
        await page.waitForFunction(() => 'wasHeard' in window)
        expect(await page.evaluate(() => (window as unknown as { wasHeard: boolean }).wasHeard)).to.equal(
          true,
        )
      })

      it('finds a job by its id and by words of its error', async () => {
        const { jobId } = await world.post('/v1/jobs', { definitionKey: 'failing', maxAttempts: 1 })
        await untilStatus(await world.url(), jobId, 'failed')
        const page = await world.visit('#/jobs')
        await page.keyboard.press('/')
        await page.keyboard.type(jobId)
        await page.keyboard.press('Enter')
        await waitFor(page, 'Why it failed')
        expect(page.url()).to.contain(jobId)

        await page.goto(await world.url('/dashboard/#/jobs'))
        await page.getByRole('searchbox').fill('intentional')
        await page.locator('tbody tr').first().waitFor()
        await waitFor(page, /^1 match$/)
        expect(page.url()).to.contain('q=intentional')
      })

      it('retries a dead letter, and puts it away', async () => {
        const page = await world.visit('#/dead-letters')
        await page.getByRole('button', { name: 'Retry', exact: true }).click()
        await page.getByRole('button', { name: 'Retry 1 dead letter' }).click()
        await waitFor(page, '1 dead letter started anew.')
        await page.getByRole('dialog').getByRole('button', { name: 'Close' }).last().click()
        const { jobs } = await world.get<{ jobs: { retriedFrom: string | null }[] }>(
          '/v1/jobs?definitionKey=failing',
        )
        expect(jobs.filter(({ retriedFrom }) => retriedFrom !== null)).to.have.length(1)
      })

      it('encodes a video that is dropped, and plays what came out', async () => {
        const folder = tempDir()
        const clip = await readFile(await sampleVideo(join(folder.path, 'a clip.mp4')))
        folder.remove()
        const page = await world.visit('#/videos')
        const data = await page.evaluateHandle((base64) => {
          const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
          const transfer = new DataTransfer()
          transfer.items.add(new File([bytes], 'a clip.mp4', { type: 'video/mp4' }))
          return transfer
        }, clip.toString('base64'))
        await page.dispatchEvent('.drop', 'drop', { dataTransfer: data })
        await page.getByRole('heading', { name: 'a clip.mp4' }).waitFor()
        await page.getByRole('button', { name: 'Play' }).click()
        await page.waitForFunction(() => (document.querySelector('video')?.readyState ?? 0) >= 1)
        const width = await page.evaluate(() => document.querySelector('video')?.videoWidth)
        expect(width).to.equal(320)

        await page.evaluate(async (base64) => {
          const form = new FormData()
          const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0))
          form.append('format', 'avi')
          form.append('video', new File([bytes], 'another.mp4', { type: 'video/mp4' }))
          await fetch('/v1/videos/encode', { method: 'POST', body: form })
        }, clip.toString('base64'))
        // What no browser plays is only downloaded.
        await page.getByRole('link', { name: 'Download' }).nth(1).waitFor()
        expect(await page.getByRole('button', { name: 'Play' }).count()).to.equal(0)
      })

      it('pauses a definition and says why its jobs wait, live', async () => {
        const page = await world.visit('#/definitions')
        await page.getByRole('button', { name: 'Pause echo' }).click()
        await page.getByRole('button', { name: 'Resume echo' }).waitFor()
        const { jobId } = await world.post('/v1/jobs', { definitionKey: 'echo' })
        await page.goto(await world.url(`/dashboard/#/jobs/${jobId}`))
        await waitFor(page, 'Why it is not running')
        await waitFor(page, /paused/)
        await world.post('/v1/definitions/echo/resume', {})
        await page.locator('h1 .status.is-succeeded').waitFor()
      })

      it('makes a schedule, pauses it, runs it by hand all the same, and resumes it', async () => {
        const page = await world.visit('#/schedules')
        await page.getByRole('link', { name: 'Make a schedule' }).click()
        await page.getByRole('textbox', { name: 'Name' }).fill('by hand')
        await page.getByRole('textbox', { name: 'Expression' }).fill('0 0 1 1 *')
        await waitFor(page, 'on day 1 of the month')
        await page.getByRole('button', { name: 'Make it' }).click()
        await page.getByRole('button', { name: 'Remove' }).waitFor()
        await page.goto(await world.url('/dashboard/#/schedules'))
        const state = async (asked: boolean, told: string) => {
          await page.locator('tbody .status', { hasText: told }).waitFor()
          const { schedules } = await world.get<{ schedules: { enabled: boolean }[] }>('/v1/schedules')
          expect(schedules.map(({ enabled }) => enabled)).to.deep.equal([asked])
        }
        await page.getByRole('button', { name: 'Pause by hand' }).click()
        await state(false, 'paused')
        await page.getByRole('button', { name: 'Run now by hand' }).click()
        await page.getByRole('link', { name: 'A job was started' }).click()
        await page.locator('h1 .status.is-succeeded').waitFor()
        await page.goBack()
        await page.getByRole('button', { name: 'Resume by hand' }).click()
        await state(true, 'on')

        // What another one does shows as well.
        const { schedules } = await world.get<{ schedules: { scheduleId: string }[] }>('/v1/schedules')
        await world.post(`/v1/schedules/${schedules[0]?.scheduleId}/pause`, {})
        await page.locator('tbody .status', { hasText: 'paused' }).waitFor()
      })

      it('says when a schedule runs that has a first and a last day', async () => {
        const { scheduleId } = await world.post<{ scheduleId: string }>('/v1/schedules', {
          name: 'from its own beginning',
          definitionKey: 'echo',
          everySeconds: 86_400,
          startsAt: '2190-01-01T10:17:00Z',
          endsAt: '2190-01-03T00:00:00Z',
        })
        const page = await world.visit(`#/schedules/${scheduleId}`)
        await page.locator('.runs li').first().waitFor()
        const runs = await page.locator('.runs strong').allTextContents()
        expect(runs.map((text) => text.slice(0, 16))).to.deep.equal(['2190-01-01 10:17', '2190-01-02 10:17'])
      })

      it(`cancels ${MANY} jobs that match, after it has counted them`, async function () {
        this.timeout(60_000)
        await world.fill(MANY, 3_600)
        const page = await world.visit('#/jobs?status=queued')
        await page.getByRole('checkbox', { name: 'Select all on this page' }).check()
        await page.getByRole('button', { name: /Select all 10,000/ }).click()
        await page.getByRole('button', { name: 'Cancel …' }).click()
        await page.getByRole('button', { name: 'Cancel 10,000 jobs' }).click()
        await page.getByText('10,000 jobs cancelled, or told to stop.').waitFor({ timeout: 45_000 })
        const { summary } = await world.get<{ summary: { byStatus: Record<string, number> } }>(
          '/v1/metrics?ttl=0',
        )
        expect(summary.byStatus).to.include({ queued: 0, cancelled: MANY })
      })

      it('outlives a restart of its server: it says so, comes back by itself, and has missed nothing', async function () {
        this.timeout(60_000)
        const page = await world.visit('#/jobs?definition=compute.math')
        await waitFor(page, 'No job matches')
        await world.stopServer()
        await waitFor(page, 'Connection lost, trying again')
        await world.startServer()
        await waitFor(page, 'Connected again')
        await world.post('/v1/jobs', {
          definitionKey: 'compute.math',
          params: { operation: 'sum', numbers: [1, 2] },
        })
        await page.locator('tbody .status.is-succeeded').waitFor()
      })

      it('has thrown nothing, and done nothing that its policy forbids', () => {
        expect(world.errors).to.deep.equal([])
      })
    })
