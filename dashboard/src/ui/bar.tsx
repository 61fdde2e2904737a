/** How far something is, 0 to 100; without a number only that it goes on. */
export function Bar({ percent, label }: { readonly percent: number | null; readonly label: string }) {
  const value = percent === null ? undefined : Math.round(percent)
  return (
    <div
      class={`bar ${percent === null ? 'is-vague' : ''}`}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={value}
    >
      <div class="bar-fill" style={{ width: `${percent ?? 30}%` }} />
    </div>
  )
}
