/** One figure. Without a value it is still to come. */
export function Tile({
  name,
  value,
  note,
  href,
  tone,
  hint,
}: {
  readonly name: string
  readonly value: string | undefined
  readonly note?: string | undefined
  readonly href?: string
  readonly tone?: string | undefined
  readonly hint?: string
}) {
  const content = (
    <>
      <span class="tile-name">{name}</span>
      <span class={`tile-value ${tone === undefined ? '' : `is-${tone}`}`}>{value ?? '…'}</span>
      <span class="tile-note">{note ?? ' '}</span>
    </>
  )
  return href === undefined ? (
    <div class="tile" title={hint}>
      {content}
    </div>
  ) : (
    <a class="tile" href={href} title={hint}>
      {content}
    </a>
  )
}
