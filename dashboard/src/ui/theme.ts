import { keep, readKept } from '../lib/storage.js'

export const THEMES = ['system', 'light', 'dark'] as const
export type Theme = (typeof THEMES)[number]

const PLACE = 'job-server.theme'
const DARK = matchMedia('(prefers-color-scheme: dark)')

let chosen = readKept('localStorage', PLACE)

export function readTheme(): Theme {
  return THEMES.find((theme) => theme === chosen) ?? 'system'
}

export function chooseTheme(theme: Theme): void {
  chosen = theme
  keep('localStorage', PLACE, theme)
  paint()
}

/** Paints the page as it was chosen, and follows the system where nothing else was. */
export function followTheme(): void {
  paint()
  DARK.addEventListener('change', paint)
}

function paint(): void {
  const theme = readTheme()
  const isDark = theme === 'dark' || (theme === 'system' && DARK.matches)
  document.documentElement.dataset['theme'] = isDark ? 'dark' : 'light'
  dispatchEvent(new Event('themechange'))
}
