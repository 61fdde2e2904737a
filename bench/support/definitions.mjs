// Handlers of the measurements: they do nothing, or tell how long their job has waited since it was sent, by the clock that all processes share.
const run = ({ t }) => (t === undefined ? null : { waitedMs: Number(process.hrtime.bigint()) / 1e6 - t })

export const inline = { key: 'noop.inline', version: 1, isolation: 'inline', run }
export const isolated = { key: 'noop.process', version: 1, run }
/** Holds its only place for as long as anything is measured. */
export const saturated = {
  key: 'saturated',
  version: 1,
  isolation: 'inline',
  concurrencyLimit: 1,
  timeoutSeconds: 3_600,
  run: (_, { abortSignal }) =>
    new Promise((_resolve, reject) =>
      abortSignal.addEventListener('abort', () => reject(new Error('aborted'))),
    ),
}
