type Where = 'localStorage' | 'sessionStorage'

/** What the browser keeps here; `null`, too, where it keeps nothing for pages. */
export function readKept(where: Where, place: string): string | null {
  try {
    return window[where].getItem(place)
  } catch {
    return null
  }
}

/** @param value `null` keeps nothing any more. Where the browser keeps nothing for pages, nothing is kept. */
export function keep(where: Where, place: string, value: string | null): void {
  try {
    if (value === null) window[where].removeItem(place)
    else window[where].setItem(place, value)
  } catch {
    // The page goes on without.
  }
}
