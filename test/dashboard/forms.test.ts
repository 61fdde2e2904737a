import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { storesWanted } from '../contract/stores-wanted.js'
import { buildOnce } from '../e2e/support/role-process.js'
import { describeInBrowser } from './support/chromium.js'
import { closePages, PageWorld } from './support/page-world.js'

const NOBODY = '01a20ea0-1473-743e-a42f-e3ba7a70fbc8'

interface Made {
  readonly scheduleId: string
  readonly name: string
  readonly params: unknown
  readonly cron: string
}

if (storesWanted().has('sqlite'))
  describeInBrowser('the forms of the dashboard', function () {
    let world: PageWorld
    before(buildOnce)
    before(async function () {
      this.timeout(60_000)
      world = await PageWorld.open('sqlite')
    })
    after(closePages)

    const run = (page: Page) => page.getByRole('button', { name: 'Run', exact: true }).click()
    const focused = (page: Page) => page.evaluate(() => document.activeElement?.tagName)
    const posts = (page: Page) => {
      const seen: string[] = []
      page.on('request', (request) => {
        if (request.method() === 'POST' && !request.url().includes('/preview')) seen.push(request.url())
      })
      return seen
    }
    const paramsOf = async (page: Page) => {
      await page.waitForURL(/#\/jobs\//)
      const jobId = page.url().split('/').at(-1) ?? ''
      return (await world.get<{ params: unknown }>(`/v1/jobs/${jobId}`)).params
    }

    it('turn between fields and JSON only with all that was written, and say what is in the way', async () => {
      const page = await world.visit('#/run?definition=process.batch')
      const turn = (name: string) => page.getByRole('button', { name }).click()
      const size = page.getByRole('textbox', { name: 'batchSize' })
      await size.fill('many')
      await turn('as JSON')
      await page.getByText('“batchSize” needs attention').waitFor()
      expect(await size.inputValue()).to.equal('many')

      await size.fill('3')
      await turn('as JSON')
      const json = page.getByRole('textbox', { name: 'Params as JSON' })
      const refused = async (text: string, why: string) => {
        await json.fill(text)
        await turn('as a form')
        await page.getByText(why).waitFor()
        expect(await json.inputValue()).to.equal(text)
      }
      await refused('{"items": ["a"],}', 'This is not valid JSON yet')
      await refused('{"items": [], "colour": 1}', 'The field of “items” cannot show this value')
      await refused('{"items": ["a"], "colour": 1}', '“colour” has no field')
      await json.fill('{"items": ["a"], "batchSize": 7}')
      await turn('as a form')
      expect(await size.inputValue()).to.equal('7')
    })

    it('keep the lines of a text, which Enter submits only while it is one line', async () => {
      const params = { dataset: 'one\ntwo', operation: 'export' }
      const { jobId } = await world.post('/v1/jobs', { definitionKey: 'process.data', params })
      const page = await world.visit(`#/run?again=${jobId}`)
      const text = page.getByRole('textbox', { name: 'dataset' })
      await text.press('Control+End')
      await text.press('Enter')
      await text.pressSequentially('three')
      await run(page)
      expect(await paramsOf(page)).to.deep.equal({ ...params, dataset: 'one\ntwo\nthree' })

      await page.goto(await world.url('/dashboard/#/run?definition=process.data'))
      await text.fill('one')
      await text.press('Enter')
      expect(await paramsOf(page)).to.deep.equal({ dataset: 'one', operation: 'aggregate' })
    })

    it('run nothing with a number that is none', async () => {
      const page = await world.visit('#/run?definition=process.batch')
      const seen = posts(page)
      await page.getByLabel('batchSize').pressSequentially('5-10')
      await run(page)
      await page.getByText('must be a number').waitFor()
      expect(seen).to.deep.equal([])
    })

    it('lead to what is missing, and say beside the button that something is', async () => {
      const page = await world.visit('#/run?definition=process.data')
      const field = page.getByRole('textbox', { name: 'dataset' })
      await field.fill('')
      await run(page)
      await page.getByRole('alert').getByText('1 field needs attention').waitFor()
      await page.waitForFunction(() => document.activeElement?.getAttribute('aria-invalid') === 'true')
      const told = await field.getAttribute('aria-describedby')
      expect(await page.locator(`[id="${told}"]`).textContent()).to.equal('is needed')
      await field.fill('sales')
      await page.getByText('1 field needs attention').waitFor({ state: 'detached' })
    })

    for (const place of ['#/run', '#/schedules/new'])
      it(`keep the focus on the definition that is chosen by keyboard, ${place}`, async () => {
        const page = await world.visit(place)
        const select = page.getByRole('combobox', { name: 'Definition' })
        const shows = (text: string) =>
          page.waitForFunction(
            (part) => document.querySelector('textarea')?.value.includes(part) === true,
            text,
          )
        await shows('Hello World')
        await select.focus()
        await select.press('f')
        await shows('{}')
        expect([await focused(page), await select.inputValue()]).to.deep.equal(['SELECT', 'failing'])
      })

    it('read the job again that is to be run again', async () => {
      const page = await world.visit(`#/run?again=${NOBODY}`)
      const again = page.getByRole('button', { name: 'Read again' })
      await again.waitFor()
      await page.getByText('Live', { exact: true }).waitFor()
      // What is read again by itself when the page is connected has been read by then.
      await page.waitForTimeout(1_500)
      await Promise.all([page.waitForRequest((request) => request.url().endsWith(NOBODY)), again.click()])
    })

    it('change of a schedule what was changed here, and tell what others changed meanwhile', async () => {
      const rule = { name: 'shared', definitionKey: 'echo', params: { message: 'old' }, cron: '0 0 1 1 *' }
      const { scheduleId } = await world.post<Made>('/v1/schedules', rule)
      const path = `/v1/schedules/${scheduleId}`
      const page = await world.visit(`#/schedules/${scheduleId}`)
      await page.getByRole('textbox', { name: 'Expression' }).fill('0 0 2 2 *')
      await page.getByText('Live', { exact: true }).waitFor()
      await fetch(await world.url(path), {
        method: 'PATCH',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ params: { message: 'theirs' } }),
      })
      const news = page.getByText('This schedule was changed meanwhile')
      await news.waitFor()
      await page.getByRole('button', { name: 'Save' }).click()
      await page.getByText('shared is kept').waitFor()
      expect(await world.get<Made>(path)).to.deep.include({
        params: { message: 'theirs' },
        cron: '0 0 2 2 *',
      })
      expect(await page.getByRole('textbox', { name: 'Params as JSON' }).inputValue()).to.contain('theirs')
      expect(await news.count()).to.equal(0)
    })

    it('make one schedule of two clicks', async () => {
      const page = await world.visit('#/schedules/new')
      await page.route('**/v1/schedules', async (route) => {
        await new Promise((resolve) => setTimeout(resolve, 300))
        await route.continue()
      })
      const seen = posts(page)
      await page.getByRole('textbox', { name: 'Name' }).fill('once')
      await page.getByRole('button', { name: 'Make it' }).dblclick()
      await page.getByText('once is kept').waitFor()
      expect(seen).to.have.length(1)
    })

    it('take times that are typed, and stay open when these are taken away', async () => {
      const page = await world.visit('#/jobs', { locale: 'en-US', timezoneId: 'UTC' })
      await page.getByRole('combobox', { name: 'Accepted' }).selectOption('Between …')
      const after = page.getByLabel('Accepted after')
      await after.focus()
      await page.keyboard.type('011520250830AM')
      await page.keyboard.press('Enter')
      await page.waitForURL(/after=2025-01-15T08/)
      expect(await after.inputValue()).to.equal('2025-01-15T08:30')

      // A part that is taken away leaves what was there before.
      await page.keyboard.press('Backspace')
      await after.blur()
      expect(await after.inputValue()).to.equal('2025-01-15T08:30')
      await after.fill('')
      await after.blur()
      await page.waitForURL((url) => !url.hash.includes('after='))
      expect(await page.getByLabel('Accepted before').count()).to.equal(1)
      await page.getByRole('link', { name: 'Clear' }).click()
      await after.waitFor({ state: 'detached' })
    })

    it('have thrown nothing, and done nothing that the policy of the page forbids', () => {
      expect(world.errors).to.deep.equal([])
    })
  })
