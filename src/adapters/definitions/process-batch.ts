import { z } from 'zod'
import { defineJob } from '../../application/default-registry.js'
import { sleep } from './sleep.js'

const ITEM_MS = 50
/** Each brings a report of progress along, and so may the time between them: two attempts keep within the events of a job. */
const MAX_REPORTS = 1_000

const params = z.object({
  items: z.array(z.string().max(1_000)).max(10_000),
  batchSize: z.number().int().min(1).max(1_000).default(10),
})

/** Goes through items in batches, and says how far it is after each; of very many, after every second one or less often. */
export const processBatch = defineJob({
  key: 'process.batch',
  version: 1,
  defaultMaxAttempts: 2,
  concurrencyLimit: 5,
  params,
  async run({ items, batchSize }, ctx) {
    const totalBatches = Math.ceil(items.length / batchSize)
    const every = Math.ceil(totalBatches / MAX_REPORTS)
    let processed = 0
    for (let batch = 1; batch <= totalBatches; batch++) {
      const size = Math.min(batchSize, items.length - processed)
      for (let item = 0; item < size; item++) await sleep(ITEM_MS, ctx.abortSignal)
      processed += size
      if (batch % every === 0 || batch === totalBatches)
        await ctx.emitEvent('batch_progress', { batch, totalBatches, processed, total: items.length })
      await ctx.progress((processed / items.length) * 100)
    }
    return { processed }
  },
})
