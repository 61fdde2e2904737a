export interface JsonToken {
  readonly kind: 'key' | 'text' | 'number' | 'word' | 'plain'
  readonly text: string
}

const TOKEN = /("(?:\\.|[^"\\])*")(\s*:)?|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|\b(true|false|null)\b/g

/** Indented JSON in pieces that can be coloured; joined they are the text. */
export function jsonTokens(value: unknown): readonly JsonToken[] {
  const text = JSON.stringify(value, null, 2) ?? 'null'
  const tokens: JsonToken[] = []
  let place = 0
  for (const match of text.matchAll(TOKEN)) {
    if (match.index > place) tokens.push({ kind: 'plain', text: text.slice(place, match.index) })
    const [whole, quoted, colon, number] = match
    if (quoted !== undefined && colon !== undefined)
      tokens.push({ kind: 'key', text: quoted }, { kind: 'plain', text: colon })
    else if (quoted !== undefined) tokens.push({ kind: 'text', text: quoted })
    else tokens.push({ kind: number === undefined ? 'word' : 'number', text: whole })
    place = match.index + whole.length
  }
  if (place < text.length) tokens.push({ kind: 'plain', text: text.slice(place) })
  return tokens
}
