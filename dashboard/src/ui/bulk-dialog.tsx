import { useEffect, useRef, useState } from 'preact/hooks'
import { formatCount, plural } from '../lib/format.js'
import { inPieces, type Progress } from '../lib/in-pieces.js'
import { refreshAll } from '../live/readings.js'
import { Bar } from './bar.js'
import { Dialog } from './dialog.js'

/** Many things, and what is to be done with them. */
export interface BulkTarget {
  readonly title: string
  readonly question: string
  readonly action: string
  /** What those are that it was done to: `3 jobs <done>`. */
  readonly done: string
  readonly things: string
  readonly count: () => Promise<number>
  /** Begins to go through them; asked once. */
  readonly next: () => () => Promise<readonly string[]>
  readonly act: (ids: readonly string[]) => Promise<number>
}

type Stage =
  | { readonly kind: 'counting' }
  | { readonly kind: 'asking'; readonly count: number }
  | { readonly kind: 'going'; readonly count: number; readonly progress: Progress }
  | { readonly kind: 'over'; readonly done: number; readonly wasStopped: boolean }
  | { readonly kind: 'failed'; readonly message: string; readonly done: number }

/** Counts first, asks, then does it where one can watch and stop. */
export function BulkDialog({
  target,
  onClose,
}: {
  readonly target: BulkTarget
  /** @param hasActed whether anything was done to any of them. */
  readonly onClose: (hasActed: boolean) => void
}) {
  const [stage, setStage] = useState<Stage>({ kind: 'counting' })
  const abort = useRef(new AbortController())

  useEffect(() => {
    target
      .count()
      .then((count) => setStage({ kind: 'asking', count }))
      .catch((error: unknown) => setStage({ kind: 'failed', message: (error as Error).message, done: 0 }))
    return () => abort.current.abort()
  }, [target])

  const begin = async (count: number) => {
    let progress: Progress = { seen: 0, done: 0 }
    const onProgress = (next: Progress) => {
      progress = next
      setStage({ kind: 'going', count, progress })
    }
    onProgress(progress)
    try {
      await inPieces(target.next(), (ids) => target.act(ids), { onProgress, signal: abort.current.signal })
      setStage({ kind: 'over', done: progress.done, wasStopped: abort.current.signal.aborted })
    } catch (error) {
      setStage({ kind: 'failed', message: (error as Error).message, done: progress.done })
    }
    refreshAll()
  }

  const close = () => onClose(stage.kind === 'over' || (stage.kind === 'failed' && stage.done > 0))
  return (
    <Dialog title={target.title} onClose={stage.kind === 'going' ? undefined : close}>
      <div class="stack" aria-live="polite">
        <StageView stage={stage} target={target} />
      </div>
      <div class="row is-end">
        {stage.kind === 'asking' && (
          <>
            <button type="button" class="button" onClick={close}>
              Leave as it is
            </button>
            {stage.count > 0 && (
              <button type="button" class="button is-primary" onClick={() => void begin(stage.count)}>
                {target.action} {plural(stage.count, target.things)}
              </button>
            )}
          </>
        )}
        {stage.kind === 'going' && (
          <button type="button" class="button" onClick={() => abort.current.abort()}>
            Stop here
          </button>
        )}
        {(stage.kind === 'over' || stage.kind === 'failed') && (
          <button type="button" class="button is-primary" onClick={close}>
            Close
          </button>
        )}
      </div>
    </Dialog>
  )
}

function StageView({ stage, target }: { readonly stage: Stage; readonly target: BulkTarget }) {
  const { things, done } = target
  switch (stage.kind) {
    case 'counting':
      return <p>Counting …</p>
    case 'asking':
      return stage.count === 0 ? (
        <p>There is nothing among them to do this with.</p>
      ) : (
        <>
          <p class="big-count">{plural(stage.count, things)}</p>
          <p>{target.question}</p>
        </>
      )
    case 'going':
      return (
        <>
          <Bar percent={(100 * stage.progress.seen) / stage.count} label={target.title} />
          <p>
            {formatCount(stage.progress.seen)} of {plural(stage.count, things)}
          </p>
        </>
      )
    case 'over':
      return (
        <p>
          {plural(stage.done, things)} {done}
          {stage.wasStopped ? '; then it was stopped' : ''}.
        </p>
      )
    case 'failed':
      return (
        <p class="flaw">
          {stage.message}
          {stage.done > 0 && ` – until then, ${plural(stage.done, things)} ${done}.`}
        </p>
      )
  }
}
