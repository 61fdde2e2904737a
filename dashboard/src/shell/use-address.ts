import { useLayoutEffect, useState } from 'preact/hooks'
import { readAddress, type Address } from '../lib/address.js'

/** Where the page is, and where it goes: links, the keys and the browser's own buttons all change the address alone. */
export function useAddress(): Address {
  const [hash, setHash] = useState(location.hash)
  // Before the first picture is drawn: the address may change as soon as there is a link to follow.
  useLayoutEffect(() => {
    const follow = () => setHash(location.hash)
    addEventListener('hashchange', follow)
    return () => removeEventListener('hashchange', follow)
  }, [])
  return readAddress(hash)
}

/** @param replace for what is typed: each letter need not be a step of the way back. */
export function go(address: string, replace = false): void {
  if (address === location.hash) return
  if (replace) {
    history.replaceState(history.state, '', address)
    dispatchEvent(new HashChangeEvent('hashchange'))
  } else {
    location.hash = address
  }
}
