import { expect } from 'chai'
import type { Page } from 'playwright-core'
import { storesWanted } from '../contract/stores-wanted.js'
import { buildOnce } from '../e2e/support/role-process.js'
import { describeInBrowser } from './support/chromium.js'
import { closePages, PageWorld } from './support/page-world.js'

const KEY = 'key-of-the-operator'

if (storesWanted().has('sqlite'))
  describeInBrowser('the dialogs of the dashboard', function () {
    let world: PageWorld
    let guarded: PageWorld
    before(buildOnce)
    before(async function () {
      this.timeout(60_000)
      world = await PageWorld.open('sqlite')
      guarded = await PageWorld.open('sqlite', { API_KEYS: `${KEY}:admin`, HOST: '127.0.0.1' })
      await world.fill(2, 3_600)
    })
    after(closePages)

    const askToCancel = async (page: Page) => {
      await page.getByRole('checkbox', { name: 'Select all on this page' }).check()
      await page.getByRole('button', { name: 'Cancel …' }).click()
      await page.getByRole('button', { name: 'Cancel 2 jobs' }).waitFor()
    }

    it('close by a click beside them, but not when it began inside', async () => {
      const page = await world.visit('#/jobs')
      await askToCancel(page)
      const dialog = page.getByRole('dialog')
      await page.getByRole('heading', { name: 'Cancel jobs' }).hover()
      await page.mouse.down()
      await page.mouse.move(5, 5)
      await page.mouse.up()
      expect(await dialog.count()).to.equal(1)
      await page.mouse.click(5, 5)
      await dialog.waitFor({ state: 'detached' })
    })

    it('leave everything as it was when they are left, and lead to the title when what led to them is gone', async () => {
      const page = await world.visit('#/jobs')
      await askToCancel(page)
      await page.getByRole('button', { name: 'Leave as it is' }).press('Enter')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      await page.getByText('2 jobs', { exact: true }).waitFor()
      const isFocused = (words: string) =>
        page.waitForFunction((text) => document.activeElement?.textContent.trim() === text, words)
      await isFocused('Cancel …')

      await page.route('**/v1/jobs/cancel', (route) =>
        route.fulfill({ json: { matched: 2, done: 2, dryRun: false } }),
      )
      await page.keyboard.press('Enter')
      await page.getByRole('button', { name: 'Cancel 2 jobs' }).press('Enter')
      await page.getByRole('button', { name: 'Close', exact: true }).first().press('Enter')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
      expect(await page.getByText('2 jobs', { exact: true }).count()).to.equal(0)
      await isFocused('Jobs')
    })

    it('stay while they are at work, whatever is clicked or pressed', async () => {
      const page = await world.visit('#/jobs')
      await askToCancel(page)
      let release: () => void = () => {}
      const isReleased = new Promise<void>((resolve) => (release = resolve))
      await page.route('**/v1/jobs/cancel', async (route) => {
        await isReleased
        await route.continue()
      })
      await page.getByRole('button', { name: 'Cancel 2 jobs' }).click()
      const stop = page.getByRole('button', { name: 'Stop here' })
      await stop.waitFor()
      await page.mouse.click(5, 5)
      for (const key of ['Escape', 'Escape', 'Escape']) await page.keyboard.press(key)
      await stop.waitFor()
      release()
      await page.getByText('2 jobs cancelled, or told to stop.').waitFor()
      await page.keyboard.press('Escape')
      await page.getByRole('dialog').waitFor({ state: 'detached' })
    })

    it('ask for a key until there is one, however often Esc is pressed', async () => {
      const page = await guarded.visit('#/jobs')
      const field = page.getByRole('textbox', { name: 'Access key' })
      await field.fill(KEY)
      for (const key of ['Escape', 'Escape', 'Escape', 'Escape']) await page.keyboard.press(key)
      await field.waitFor()
      expect(await field.inputValue()).to.equal(KEY)
    })

    it('refuse what cannot be a key, and take the next', async () => {
      const page = await guarded.visit('#/jobs')
      const field = page.getByRole('textbox', { name: 'Access key' })
      await field.fill('schlüssel')
      await page.getByRole('button', { name: 'Open' }).click()
      await page.getByText('This is no key').waitFor()
      await field.fill(KEY)
      await page.getByRole('button', { name: 'Open' }).click()
      await page.getByText('There are no jobs yet').waitFor()
    })

    it('are answered where the browser keeps nothing for pages, and the page goes on', async () => {
      const page = await guarded.visit('#/jobs', {}, () => {
        for (const place of ['localStorage', 'sessionStorage'])
          Object.defineProperty(window, place, { value: null })
      })
      await page.getByRole('textbox', { name: 'Access key' }).fill(KEY)
      await page.getByRole('button', { name: 'Open' }).click()
      await page.getByText('There are no jobs yet').waitFor()
      await page.getByRole('button', { name: 'Colours: as the system' }).click()
      await page.getByRole('button', { name: 'Colours: light' }).waitFor()
      expect(await page.evaluate(() => document.documentElement.dataset['theme'])).to.equal('light')
    })

    it('have thrown nothing', () => {
      expect([...world.errors, ...guarded.errors]).to.deep.equal([])
    })
  })
