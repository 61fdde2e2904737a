import { ApiError } from '../api/request.js'
import { Icon } from './icon.js'

/** Why the server did not take what was sent, with every flaw that it found. */
export function Refusal({ error }: { readonly error: Error | null }) {
  if (error === null) return null
  return (
    <div class="trouble" role="alert">
      <Icon name="warning" />
      <div>
        {error.message}
        {error instanceof ApiError && error.flaws.length > 0 && (
          <ul>
            {error.flaws.map(({ pointer, message }) => (
              <li key={`${pointer} ${message}`}>
                <code>{pointer === '' ? '/' : pointer}</code> {message}
              </li>
            ))}
          </ul>
        )}
      </div>
    </div>
  )
}
