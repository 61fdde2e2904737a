import { useState } from 'preact/hooks'
import { Icon, type IconName } from './icon.js'
import { chooseTheme, readTheme, THEMES, type Theme } from './theme.js'

const ICONS: Readonly<Record<Theme, IconName>> = { system: 'half', light: 'sun', dark: 'moon' }
const WORDS: Readonly<Record<Theme, string>> = { system: 'as the system', light: 'light', dark: 'dark' }

export function ThemeSwitch() {
  const [theme, setTheme] = useState(readTheme)
  const turn = () => {
    const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system'
    chooseTheme(next)
    setTheme(next)
  }
  return (
    <button type="button" class="icon-button" title={`Colours: ${WORDS[theme]}`} onClick={turn}>
      <Icon name={ICONS[theme]} />
      <span class="unseen">Colours: {WORDS[theme]}</span>
    </button>
  )
}
