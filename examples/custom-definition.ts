// A definition of your own, in a module of your own:
//
//   JOB_DEFINITIONS=examples/custom-definition.ts npm start
//   curl -X POST http://localhost:3000/v1/jobs -H 'Content-Type: application/json' \
//     -d '{"definitionKey":"report.sales","params":{"region":"north","months":6}}'
import { defineJob, PermanentError } from 'job-server'
import { z } from 'zod'

const regions = new Set(['north', 'south'])

export const salesReport = defineJob({
  key: 'report.sales',
  version: 1,
  defaultMaxAttempts: 5,
  timeoutSeconds: 60,
  concurrencyLimit: 2,
  // Checked when the job is posted and again before it runs; `run` gets the types.
  params: z.object({ region: z.string(), months: z.number().int().min(1).max(36).default(12) }),

  async run({ region, months }, ctx) {
    // Trying again would not help: no further attempt, straight to the dead letters.
    if (!regions.has(region)) throw new PermanentError(`there is no region ${region}`)
    let total = 0
    for (let month = 1; month <= months; month += 1) {
      // Set when the job is cancelled, times out, or its worker has to stop.
      ctx.abortSignal.throwIfAborted()
      total += month * 100
      await ctx.progress((100 * month) / months, `month ${month}`)
    }
    await ctx.emitEvent('report_written', { region, months })
    // The job's result, kept with it.
    return { region, total }
  },

  onFail: (ctx) => {
    ctx.logger.warn('no report', { error: ctx.error, willRetry: ctx.willRetry })
  },
})
