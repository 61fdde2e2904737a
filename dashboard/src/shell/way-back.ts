/** Where somebody was on a page. */
export interface Place {
  readonly top: number
  /** The row that had the focus, by where it leads. */
  readonly row: string | null
}

/** Longest that a page may take to become as long as it was. */
const PATIENCE_MS = 2_000
const DEEDS = ['wheel', 'touchstart', 'pointerdown', 'keydown'] as const

/** By the steps of the browser's history, whose numbers are kept in it. */
const places = new Map<number, Place>()
let step = 0
let here: Place = { top: 0, row: null }

/** Notes on each step of the way where one was. */
export function notePlaces(): void {
  begin()
  addEventListener('scroll', () => (here = { ...here, top: scrollY }), { passive: true })
  addEventListener('focusin', ({ target }) => (here = { ...here, row: rowOf(target) }))
  // Told before the page changes, and before the browser scrolls it.
  addEventListener('popstate', () => {
    places.set(step, here)
    begin()
  })
}

function begin(): void {
  const known: unknown = history.state
  step = typeof known === 'number' ? known : Date.now() + Math.random()
  if (known !== step) history.replaceState(step, '')
}

function rowOf(target: EventTarget | null): string | null {
  return target instanceof Element && target.matches('[data-row]') ? target.getAttribute('href') : null
}

function rowTo(row: string | null): HTMLElement | undefined {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')]
  return rows.find((one) => row !== null && one.getAttribute('href') === row)
}

/** Where one was when this step was left; `undefined` on a new one. */
export function placeBefore(): Place | undefined {
  return places.get(step)
}

/** Goes there as soon as the page is long enough, unless somebody does something else first. @returns gives it up. */
export function returnTo({ top, row }: Place): () => void {
  const until = performance.now() + PATIENCE_MS
  let frame = 0
  const look = () => {
    if (document.documentElement.scrollHeight - innerHeight >= top) {
      rowTo(row)?.focus({ preventScroll: true })
      scrollTo(0, top)
      giveUp()
    } else if (performance.now() < until) frame = requestAnimationFrame(look)
    else giveUp()
  }
  const giveUp = () => {
    cancelAnimationFrame(frame)
    for (const deed of DEEDS) removeEventListener(deed, giveUp)
  }
  for (const deed of DEEDS) addEventListener(deed, giveUp, { passive: true })
  look()
  return giveUp
}
