import { useRef, useState } from 'preact/hooks'
import { notifyError } from './notices.js'

/**
 * Does one thing at a time, and tells when it failed. What is asked for meanwhile is passed over.
 *
 * @returns whether it is under way, for `aria-disabled`: a button that is `disabled` loses the focus, and whoever came by keys begins anew.
 */
export function useDeed(): readonly [isBusy: boolean, begin: (act: () => Promise<void>) => void] {
  const [isBusy, setBusy] = useState(false)
  const isUnderWay = useRef(false)
  const run = async (act: () => Promise<void>) => {
    if (isUnderWay.current) return
    isUnderWay.current = true
    setBusy(true)
    try {
      await act()
    } catch (error) {
      notifyError(error)
    }
    isUnderWay.current = false
    setBusy(false)
  }
  return [isBusy, (act) => void run(act)]
}
