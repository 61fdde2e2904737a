import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'

/** The title of a page, and what can be done on it. */
export function PageHead({
  title,
  name = title,
  note,
  children,
}: {
  readonly title: string
  /** Shown in its place. */
  readonly name?: ComponentChildren
  readonly note?: ComponentChildren
  readonly children?: ComponentChildren
}) {
  useEffect(() => {
    document.title = `${title} · Job Server`
  }, [title])
  return (
    <div class="page-head">
      <div class="page-title">
        <h1 tabIndex={-1}>{name}</h1>
        {note !== undefined && <div class="quiet">{note}</div>}
      </div>
      <div class="row">{children}</div>
    </div>
  )
}
