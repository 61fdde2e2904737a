import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef } from 'preact/hooks'

/** Something to answer before anything else; without `onClose` it must be answered. */
export function Dialog({
  title,
  onClose,
  children,
}: {
  readonly title: string
  readonly onClose?: (() => void) | undefined
  readonly children: ComponentChildren
}) {
  const ref = useRef<HTMLDialogElement>(null)
  const id = useId()
  const isPressedOutside = useRef(false)
  useEffect(() => {
    const before = document.activeElement
    ref.current?.showModal()
    return () => {
      // What was done here may have taken away what led here.
      const place = before?.isConnected === true ? before : document.querySelector('h1')
      if (place instanceof HTMLElement) place.focus()
    }
  }, [])
  return (
    <dialog
      ref={ref}
      aria-labelledby={id}
      onCancel={(event) => {
        if (onClose === undefined) event.preventDefault()
      }}
      onClose={() => {
        // A second Esc closes it, whatever was said to the first.
        if (onClose === undefined) ref.current?.showModal()
        else onClose()
      }}
      onPointerDown={(event) => {
        isPressedOutside.current = event.target === ref.current
      }}
      onClick={(event) => {
        if (event.target === ref.current && isPressedOutside.current) onClose?.()
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
