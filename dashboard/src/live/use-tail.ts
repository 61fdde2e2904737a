import { useEffect, useState } from 'preact/hooks'
import { thisJob, useReading } from './use-reading.js'

const PAGE = 10_000

/**
 * The newest of a list that is read oldest first: as long as a page is full the next look begins near its end, so that some older ones are
 * there as well.
 *
 * @param list of a job. @param itemsOf what of an answer is listed. @param overlap so many of a full page are in the next one, too.
 */
export function useTail<T>(
  jobId: string,
  list: 'events' | 'logs',
  itemsOf: (answer: T) => readonly { readonly id: number }[],
  overlap: number,
): ReturnType<typeof useReading<T>> {
  const [after, setAfter] = useState(0)
  const reading = useReading<T>(
    `/v1/jobs/${jobId}/${list}?limit=${PAGE}${after === 0 ? '' : `&after=${after}`}`,
    {
      concern: thisJob(jobId),
      keepPrevious: true,
    },
  )
  const items = reading.data === undefined ? [] : itemsOf(reading.data)
  const next = items.length < PAGE ? after : (items[PAGE - overlap - 1]?.id ?? after)
  useEffect(() => setAfter(0), [jobId])
  useEffect(() => {
    if (!reading.isPrevious && next > after) setAfter(next)
  }, [next, after, reading.isPrevious])
  return reading
}
