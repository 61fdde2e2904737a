import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'

/** Something to answer before anything else; without `onClose` it must be answered. */
export function Dialog({
  title,
  onClose,
  children,
}: {
  readonly title: string
  readonly onClose?: () => void
  readonly children: ComponentChildren
}) {
  const ref = useRef<HTMLDialogElement>(null)
  const id = useId()
  useEffect(() => {
    const before = document.activeElement
    ref.current?.showModal()
    return () => {
      if (before instanceof HTMLElement) before.focus()
    }
  }, [])
  return (
    <dialog
      ref={ref}
      aria-labelledby={id}
      onCancel={(event) => {
        event.preventDefault()
        onClose?.()
      }}
      onClick={(event) => {
        if (event.target === ref.current) onClose?.()
      }}
    >
      <div class="dialog-body">
        <h2 id={id}>{title}</h2>
        {children}
        {onClose !== undefined && (
          <button type="button" class="dialog-close icon-button" onClick={onClose}>
            <span aria-hidden="true">✕</span>
            <span class="unseen">Close</span>
          </button>
        )}
      </div>
    </dialog>
  )
}
