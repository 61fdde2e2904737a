import { useEffect, useState } from 'preact/hooks'
import { connection, type LinkState } from '../live/connection.js'

export function useLink(): LinkState {
  const [state, setState] = useState(connection.state)
  useEffect(() => {
    setState(connection.state)
    return connection.onState(() => setState(connection.state))
  }, [])
  return state
}
