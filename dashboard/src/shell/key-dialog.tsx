import { useEffect, useState } from 'preact/hooks'
import { giveKey, isKey, keyWanted, onKeyChange } from '../api/access-key.js'
import { Dialog } from '../ui/dialog.js'

/** Asks for the access key that the server wants. */
export function KeyDialog() {
  const [reason, setReason] = useState(keyWanted())
  const [key, setKey] = useState('')
  const [isRefused, setRefused] = useState(false)
  const [forLong, setForLong] = useState(false)
  useEffect(() => onKeyChange(() => setReason(keyWanted())), [])
  if (reason === null) return null
  const submit = (event: Event) => {
    event.preventDefault()
    const given = key.trim()
    setRefused(given !== '' && !isKey(given))
    if (!isKey(given)) return
    giveKey(given, forLong)
    setKey('')
  }
  return (
    <Dialog title="This server asks for an access key">
      <form class="stack" onSubmit={submit}>
        <p>
          Paste one of the server’s <code>API_KEYS</code>, or one that <code>npm run keys</code> has made. A
          key that may <code>read</code> shows everything; to start jobs it takes <code>submit</code>, to
          repair them <code>admin</code>.
        </p>
        <label class="field">
          <span class="field-name">Access key</span>
          <input
            type="password"
            autoComplete="off"
            value={key}
            aria-invalid={isRefused}
            aria-describedby={isRefused ? 'key-flaw' : undefined}
            onInput={(event) => setKey(event.currentTarget.value)}
          />
        </label>
        {isRefused && (
          <p id="key-flaw" class="flaw" role="alert">
            This is no key: there is a blank in it, or a letter that no key has.
          </p>
        )}
        <p class="quiet">The server says: {reason}.</p>
        <label class="check">
          <input type="checkbox" checked={forLong} onChange={() => setForLong(!forLong)} />
          Remember it on this device
        </label>
        <div class="row is-end">
          <button type="submit" class="button is-primary">
            Open
          </button>
        </div>
      </form>
    </Dialog>
  )
}
