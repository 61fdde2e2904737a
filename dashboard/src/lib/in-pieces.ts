/** What a bulk operation has done so far. */
export interface Progress {
  /** Things that were looked at. */
  readonly seen: number
  /** Of these, the ones that were changed. */
  readonly done: number
}

/** Ids that one request names at most. */
export const PIECE = 1_000

/**
 * Does something to many things, a piece at a time, so that it can be watched and stopped.
 *
 * @param next answers the next ids, none at the end; asked again only after what it answered was acted upon.
 * @param act answers how many of these were changed.
 */
export async function inPieces(
  next: () => Promise<readonly string[]>,
  act: (ids: readonly string[]) => Promise<number>,
  { onProgress, signal }: { readonly onProgress: (progress: Progress) => void; readonly signal: AbortSignal },
): Promise<Progress> {
  let progress: Progress = { seen: 0, done: 0 }
  while (!signal.aborted) {
    const ids = await next()
    if (ids.length === 0) break
    const done = await act(ids)
    progress = { seen: progress.seen + ids.length, done: progress.done + done }
    onProgress(progress)
  }
  return progress
}

/** Ids that are known already, a piece at a time. */
export function pieces(ids: readonly string[]): () => Promise<readonly string[]> {
  let place = 0
  return () => {
    const piece = ids.slice(place, place + PIECE)
    place += PIECE
    return Promise.resolve(piece)
  }
}

/** Goes through a list that loses what was acted upon; what stays in it all the same is passed over. */
export function unseen(
  listFrom: (offset: number) => Promise<readonly string[]>,
): () => Promise<readonly string[]> {
  const seen = new Set<string>()
  let offset = 0
  return async () => {
    for (;;) {
      const ids = await listFrom(offset)
      const fresh = ids.filter((id) => !seen.has(id))
      for (const id of fresh) seen.add(id)
      if (fresh.length > 0 || ids.length === 0) return fresh
      offset += ids.length
    }
  }
}
