import { useEffect, useReducer, useRef } from 'preact/hooks'
import { sourceOf, type Concern, type Reading } from './readings.js'

export interface Shown<T> extends Reading<T> {
  /** `data` belongs to the path before: the answer for this one is still to come. */
  readonly isPrevious: boolean
  readonly refresh: () => void
}

interface Options {
  /** Which hints make it be read again; default: those that tell of any job. */
  readonly concern?: Concern
  /** Keeps the answer of the path before on the screen until there is one for this. */
  readonly keepPrevious?: boolean
  /** Looks for it so often as well: for what no hint tells of. */
  readonly everyMs?: number
}

export const anyJob: Concern = ({ jobs, more }) => more || jobs.length > 0
export const thisJob =
  (jobId: string): Concern =>
  ({ jobs, more }) =>
    more || jobs.some((job) => job.jobId === jobId)
export const anyDefinition: Concern = ({ definitions, more }) => more || definitions.length > 0
export const anySchedule: Concern = ({ schedules, more }) => more || schedules.length > 0
export const thisSchedule =
  (scheduleId: string): Concern =>
  ({ schedules, more }) =>
    more || schedules.includes(scheduleId)
export const never: Concern = () => false

/** A path of the API and its answer, which stays true while it is shown. `null`: nothing is asked for. */
export function useReading<T>(
  path: string | null,
  { concern = anyJob, keepPrevious = false, everyMs }: Options = {},
): Shown<T> {
  const [, render] = useReducer((count: number) => count + 1, 0)
  const last = useRef<T | undefined>(undefined)
  const latestConcern = useRef(concern)
  latestConcern.current = concern

  useEffect(() => {
    if (path === null) return
    const viewer = () => render(undefined)
    return sourceOf(path).look(viewer, (changes) => latestConcern.current(changes))
  }, [path])
  useEffect(() => {
    if (path === null || everyMs === undefined) return
    const timer = setInterval(() => sourceOf(path).refresh(), everyMs)
    return () => clearInterval(timer)
  }, [path, everyMs])

  if (path === null) return { data: undefined, error: undefined, isPrevious: false, refresh: nothing }
  const source = sourceOf(path)
  const reading = source.reading as Reading<T>
  if (reading.data !== undefined) last.current = reading.data
  const isPrevious = reading.data === undefined && keepPrevious && last.current !== undefined
  return {
    ...reading,
    data: isPrevious ? last.current : reading.data,
    isPrevious,
    refresh: () => source.refresh(),
  }
}

function nothing(): void {
  // There is nothing to read.
}
