import type { ComponentChildren } from 'preact'
import { useEffect, useState } from 'preact/hooks'

interface Notice {
  readonly id: number
  readonly tone: 'good' | 'bad'
  readonly content: ComponentChildren
}

const SHOWN_MS = { good: 6_000, bad: 12_000 }

let notices: readonly Notice[] = []
let count = 0
const listeners = new Set<() => void>()

/** Tells what came of something that was done, for a while. */
export function notify(tone: Notice['tone'], content: ComponentChildren): void {
  const id = (count += 1)
  change([...notices, { id, tone, content }])
  setTimeout(() => dismiss(id), SHOWN_MS[tone])
}

export function notifyError(error: unknown): void {
  notify('bad', error instanceof Error ? error.message : String(error))
}

function dismiss(id: number): void {
  change(notices.filter((notice) => notice.id !== id))
}

function change(next: readonly Notice[]): void {
  notices = next
  for (const listener of listeners) listener()
}

export function Notices() {
  const [shown, setShown] = useState(notices)
  useEffect(() => {
    const listener = () => setShown(notices)
    listeners.add(listener)
    return () => {
      listeners.delete(listener)
    }
  }, [])
  return (
    <div class="notices" role="status" aria-live="polite">
      {shown.map(({ id, tone, content }) => (
        <div key={id} class={`notice is-${tone}`}>
          <span>{content}</span>
          <button type="button" class="icon-button" onClick={() => dismiss(id)}>
            <span aria-hidden="true">✕</span>
            <span class="unseen">Dismiss</span>
          </button>
        </div>
      ))}
    </div>
  )
}
