/** One of a few, each an address: the choice is a part of it. */
export function Choice({
  label,
  options,
  value,
  addressOf,
}: {
  readonly label: string
  readonly options: readonly string[]
  readonly value: string
  readonly addressOf: (option: string) => string
}) {
  return (
    <div class="choice" role="group" aria-label={label}>
      {options.map((option) => (
        <a key={option} href={addressOf(option)} aria-current={option === value ? 'true' : undefined}>
          {option}
        </a>
      ))}
    </div>
  )
}
