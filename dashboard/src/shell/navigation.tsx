import { useEffect, useState } from 'preact/hooks'
import { accessKey, forgetKey, onKeyChange } from '../api/access-key.js'
import { addressOf } from '../lib/address.js'
import { Icon } from '../ui/icon.js'
import { ThemeSwitch } from '../ui/theme-switch.js'
import { openHelp } from './help-signal.js'
import { LinkLight } from './link-light.js'
import { PLACES, RUN_PATH } from './places.js'

export function Navigation({ path }: { readonly path: string }) {
  const [isOpen, setOpen] = useState(false)
  useEffect(() => setOpen(false), [path])
  return (
    <header class={`nav ${isOpen ? 'is-open' : ''}`}>
      <div class="nav-top">
        <a class="brand" href={addressOf('/')}>
          <img src="./favicon.svg" alt="" width="24" height="24" />
          <span>Job Server</span>
        </a>
        <button
          type="button"
          class="nav-toggle icon-button"
          aria-expanded={isOpen}
          aria-controls="places"
          onClick={() => setOpen(!isOpen)}
        >
          <Icon name={isOpen ? 'cross' : 'menu'} />
          <span class="unseen">Menu</span>
        </button>
      </div>
      <div class="nav-fold" id="places">
        <a class="button is-primary nav-run" href={addressOf(RUN_PATH)}>
          <Icon name="play" /> Run a job
        </a>
        <nav aria-label="Pages">
          <ul>
            {PLACES.map((place) => (
              <li key={place.path}>
                <a href={addressOf(place.path)} aria-current={isAt(path, place.path) ? 'page' : undefined}>
                  <Icon name={place.icon} />
                  <span>{place.name}</span>
                </a>
              </li>
            ))}
          </ul>
        </nav>
        <div class="nav-foot">
          <LinkLight />
          <div class="nav-tools">
            <KeyTool />
            <ThemeSwitch />
            <button type="button" class="icon-button" title="Keys (?)" onClick={openHelp}>
              <Icon name="keyboard" />
              <span class="unseen">Keyboard shortcuts</span>
            </button>
          </div>
        </div>
      </div>
    </header>
  )
}

function isAt(path: string, place: string): boolean {
  return place === '/' ? path === '/' : path === place || path.startsWith(`${place}/`)
}

function KeyTool() {
  const [key, setKey] = useState(accessKey())
  useEffect(() => onKeyChange(() => setKey(accessKey())), [])
  if (key === null) return null
  return (
    <button type="button" class="icon-button" title="Forget the access key" onClick={leave}>
      <Icon name="key" />
      <span class="unseen">Forget the access key</span>
    </button>
  )
}

/** What was read with the key must not stay in the page. */
function leave(): void {
  forgetKey()
  location.reload()
}
