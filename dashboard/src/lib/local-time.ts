/** An instant as `datetime-local` fields hold it, in the zone of whoever looks; empty stays empty. */
export function localText(instant: string): string {
  if (instant === '') return ''
  const at = new Date(instant)
  const two = (part: number) => String(part).padStart(2, '0')
  const date = `${String(at.getFullYear()).padStart(4, '0')}-${two(at.getMonth() + 1)}-${two(at.getDate())}`
  return `${date}T${two(at.getHours())}:${two(at.getMinutes())}`
}
