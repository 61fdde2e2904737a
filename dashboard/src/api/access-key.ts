import { keep, readKept } from '../lib/storage.js'

const PLACE = 'job-server.access-key'

let key = keptKey()
let wanted: string | null = null
const listeners = new Set<() => void>()

function keptKey(): string | null {
  const kept = readKept('localStorage', PLACE) ?? readKept('sessionStorage', PLACE)
  return kept !== null && isKey(kept) ? kept : null
}

/** The key that requests carry; `null` for a server that needs none, or while none was given. */
export function accessKey(): string | null {
  return key
}

/** Why a key is asked for, in the server's words; `null` while none is. */
export function keyWanted(): string | null {
  return wanted
}

/** Whether a text can be a key: a header, in which it is sent, takes no other characters. */
export function isKey(text: string): boolean {
  return /^[\x21-\x7e]+$/.test(text)
}

/** @param forLong also beyond this tab and its end; else the key is forgotten with the tab. */
export function giveKey(given: string, forLong: boolean): void {
  clear()
  // Told once, with the new key: what is asked without one meanwhile would be refused, and ask for it again.
  key = given
  wanted = null
  keep(forLong ? 'localStorage' : 'sessionStorage', PLACE, given)
  tell()
}

export function forgetKey(): void {
  clear()
  tell()
}

function clear(): void {
  key = null
  keep('localStorage', PLACE, null)
  keep('sessionStorage', PLACE, null)
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
