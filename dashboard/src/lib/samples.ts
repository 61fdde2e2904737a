/** Params to begin with for the definitions that come with the server: something that works at one press. */
const SAMPLES: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  echo: { message: 'Hello World' },
  'compute.math': { operation: 'fibonacci', numbers: [32] },
  'process.data': { dataset: 'sales-2026', operation: 'aggregate' },
  'call.api': { endpoint: 'https://api.example.com/orders', method: 'GET' },
  'process.batch': { items: ['apples', 'pears', 'plums', 'cherries'], batchSize: 2 },
}

export function sampleParams(definitionKey: string): Readonly<Record<string, unknown>> {
  return SAMPLES[definitionKey] ?? {}
}

/** Made by an upload, or by the server itself: nothing to be started by hand. */
export const NOT_BY_HAND: ReadonlySet<string> = new Set(['encode.video', 'callback.deliver'])

/** What may be chosen from a list, and what is chosen already. */
export function byHand<T extends { readonly key: string }>(
  definitions: readonly T[],
  chosen: string | undefined,
): readonly T[] {
  return definitions.filter(({ key }) => !NOT_BY_HAND.has(key) || key === chosen)
}

/** What is chosen until somebody chooses: what works at one press, where that is published. */
export function firstChoice<T extends { readonly key: string }>(choices: readonly T[]): T | undefined {
  return choices.find(({ key }) => key === 'echo') ?? choices[0]
}
