import type { ComponentChildren } from 'preact'
import { Icon } from './icon.js'

/** There is nothing here, and what to do about it. */
export function Empty({
  title,
  children,
}: {
  readonly title: string
  readonly children?: ComponentChildren
}) {
  return (
    <div class="empty">
      <h2>{title}</h2>
      {children}
    </div>
  )
}

/** What the server said when something could not be read; what was read before may still be shown beside it. */
export function ReadError({
  error,
  retry,
}: {
  readonly error: Error | undefined
  readonly retry: () => void
}) {
  if (error === undefined) return null
  return (
    <div class="trouble" role="alert">
      <Icon name="warning" />
      <span>{error.message}</span>
      <button type="button" class="button is-small" onClick={retry}>
        Read again
      </button>
    </div>
  )
}

/** Grey lines where something will be, in its size. */
export function Waiting({ lines = 6 }: { readonly lines?: number }) {
  return (
    <div class="waiting" aria-hidden="true">
      {Array.from({ length: lines }, (_, index) => (
        <div key={index} />
      ))}
    </div>
  )
}
