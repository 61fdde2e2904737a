import { formatBytes } from './format.js'

type Json = Readonly<Record<string, unknown>>

/** What the params and the result of an encode tell of its video. */
export function videoFacts(
  params: Json,
  result: unknown,
): { readonly name: string | null; readonly line: string } {
  const { originalFilename, format, quality } = params
  const out = (typeof result === 'object' && result !== null ? result : {}) as Json
  const parts = [
    [format, quality].filter((part) => typeof part === 'string').join(', '),
    typeof out['width'] === 'number' ? `${out['width']} × ${String(out['height'])}` : '',
    typeof out['durationSeconds'] === 'number' ? `${out['durationSeconds'].toFixed(1)} s` : '',
    typeof out['sizeBytes'] === 'number' ? formatBytes(out['sizeBytes']) : '',
  ]
  return {
    name: typeof originalFilename === 'string' ? originalFilename : null,
    line: parts.filter((part) => part !== '').join(' · '),
  }
}
