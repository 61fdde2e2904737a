import { useState } from 'preact/hooks'
import type { Schedule } from '../../api/types.js'
import { bodyOf, changesOf } from '../../lib/schedule-form.js'

/** The schedule as the editor was opened with it, and whether others have changed it since. */
export function useOpened(shown: Schedule | undefined) {
  const [opened, setOpened] = useState({ schedule: shown, seen: shown, round: 0 })
  const { schedule, seen, round } = opened
  // What was on the screen when this was opened may be older: it is read again after each save.
  const isNews = shown !== undefined && schedule !== undefined && shown !== seen
  return {
    opened,
    isChangedMeanwhile: isNews && Object.keys(changesOf(bodyOf(schedule), bodyOf(shown))).length > 0,
    open: (next: Schedule | undefined) => setOpened({ schedule: next, seen: shown, round: round + 1 }),
  }
}
