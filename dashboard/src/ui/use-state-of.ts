import { useState } from 'preact/hooks'

/** State that begins anew when it comes to be of something else, while what shows it stays where it is. */
export function useStateOf<T>(of: string, begin: () => T): readonly [T, (value: T) => void] {
  const [kept, setKept] = useState(() => ({ of, value: begin() }))
  return [kept.of === of ? kept.value : begin(), (value) => setKept({ of, value })]
}
