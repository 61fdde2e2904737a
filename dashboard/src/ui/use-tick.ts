import { useEffect, useState } from 'preact/hooks'
import { serverNow } from '../api/request.js'

/** Now, as often as asked for; it stands still while nobody looks. */
export function useTick(everyMs: number): number {
  const [now, setNow] = useState(serverNow)
  useEffect(() => {
    const tick = () => {
      if (!document.hidden) setNow(serverNow())
    }
    const timer = setInterval(tick, everyMs)
    document.addEventListener('visibilitychange', tick)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', tick)
    }
  }, [everyMs])
  return now
}
