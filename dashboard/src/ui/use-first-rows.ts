import { useEffect, useState } from 'preact/hooks'

/** More than a screen shows at once. */
const FIRST = 24

/** The rows of a list to be drawn: at first those that can be seen, a frame later all. */
export function useFirstRows<T>(rows: readonly T[]): readonly T[] {
  const [isFirst, setFirst] = useState(true)
  useEffect(() => {
    const frame = requestAnimationFrame(() => setFirst(false))
    return () => cancelAnimationFrame(frame)
  }, [])
  return isFirst ? rows.slice(0, FIRST) : rows
}
