const PLACE = 'job-server.access-key'

let key = localStorage.getItem(PLACE) ?? sessionStorage.getItem(PLACE)
let wanted: string | null = null
const listeners = new Set<() => void>()

/** The key that requests carry; `null` for a server that needs none, or while none was given. */
export function accessKey(): string | null {
  return key
}

/** Why a key is asked for, in the server's words; `null` while none is. */
export function keyWanted(): string | null {
  return wanted
}

/** @param forLong also beyond this tab and its end; else the key is forgotten with the tab. */
export function giveKey(given: string, forLong: boolean): void {
  clear()
  // Told once, with the new key: what is asked without one meanwhile would be refused, and ask for it again.
  key = given
  wanted = null
  ;(forLong ? localStorage : sessionStorage).setItem(PLACE, given)
  tell()
}

export function forgetKey(): void {
  clear()
  tell()
}

function clear(): void {
  key = null
  localStorage.removeItem(PLACE)
  sessionStorage.removeItem(PLACE)
}

export function askForKey(reason: string): void {
  if (wanted === reason) return
  wanted = reason
  tell()
}

export function onKeyChange(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

function tell(): void {
  for (const listener of listeners) listener()
}
