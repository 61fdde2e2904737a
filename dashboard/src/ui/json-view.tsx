import { jsonTokens } from '../lib/json-tokens.js'
import { CopyButton } from './copy-button.js'

/** Beyond it, a page grows slow; the whole is copied all the same. */
const MAX_SHOWN = 20_000

export function JsonView({ value, name }: { readonly value: unknown; readonly name: string }) {
  const text = JSON.stringify(value, null, 2)
  const isLong = text.length > MAX_SHOWN
  return (
    <div class="code">
      <CopyButton text={text} label={`Copy the ${name}`} />
      <pre tabIndex={0} aria-label={name}>
        {isLong
          ? `${text.slice(0, MAX_SHOWN)}\n… ${text.length - MAX_SHOWN} characters more; copy to see all`
          : jsonTokens(value).map(({ kind, text: part }, index) =>
              kind === 'plain' ? (
                part
              ) : (
                <span key={index} class={`json-${kind}`}>
                  {part}
                </span>
              ),
            )}
      </pre>
    </div>
  )
}

/** Text as it is, to be copied. */
export function CodeView({ text, name }: { readonly text: string; readonly name: string }) {
  return (
    <div class="code">
      <CopyButton text={text} label={`Copy the ${name}`} />
      <pre tabIndex={0} aria-label={name}>
        {text}
      </pre>
    </div>
  )
}
