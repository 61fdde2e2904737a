import { useEffect, useState } from 'preact/hooks'
import { giveKey, keyWanted, onKeyChange } from '../api/access-key.js'
import { Dialog } from '../ui/dialog.js'

/** Asks for the access key that the server wants. */
export function KeyDialog() {
  const [reason, setReason] = useState(keyWanted())
  const [key, setKey] = useState('')
  const [forLong, setForLong] = useState(false)
  useEffect(() => onKeyChange(() => setReason(keyWanted())), [])
  if (reason === null) return null
  const submit = (event: Event) => {
    event.preventDefault()
    if (key.trim() === '') return
    giveKey(key.trim(), forLong)
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
            onInput={(event) => setKey(event.currentTarget.value)}
          />
        </label>
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
