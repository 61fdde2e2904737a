/** An error in two parts: what it says, and where it came from. */
export function unstacked(error: string): { readonly words: string; readonly stack: string } {
  const lines = error.split('\n')
  const first = lines.findIndex((line) => /^\s+at\s/.test(line))
  if (first <= 0) return { words: error.trim(), stack: '' }
  return { words: lines.slice(0, first).join('\n').trim(), stack: lines.slice(first).join('\n') }
}
