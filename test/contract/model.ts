import fc from 'fast-check'
import { Model } from './model-run.js'
import { commands } from './model-commands.js'
import type { StoreHarness } from './harness.js'

const RUNS = Number(process.env['FC_RUNS'] ?? 40)
/** No further life begins after it, and a failure is told as far as it was shrunk by then. */
const TIME_LIMIT_MS = RUNS * 1_000

/**
 * Drives the same random life into the in-memory store and the store under test, and compares every answer and everything
 * that can be read after every step. `FC_RUNS` says how many lives. Opens and closes the harness by itself.
 */
export function modelTest(harness: StoreHarness): void {
  describe(`${harness.name} store beside the model`, () => {
    after(async () => {
      await harness.close()
    })

    it('answers as the in-memory store does, whatever happens', async function () {
      this.timeout(2 * TIME_LIMIT_MS + 60_000)
      const sameLife = fc.asyncProperty(commands, async (life) => {
        const model = await Model.open(harness)
        for (const command of life) await model.step(command)
        await model.end()
        await harness.check?.(model.subject)
      })
      await fc.assert(sameLife, { numRuns: RUNS, interruptAfterTimeLimit: TIME_LIMIT_MS })
    })
  })
}
