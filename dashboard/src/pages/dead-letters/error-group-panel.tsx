import { useState } from 'preact/hooks'
import { addressOf } from '../../lib/address.js'
import type { ErrorGroup } from '../../lib/error-groups.js'
import { plural, shortId } from '../../lib/format.js'
import type { DeadLetterSummary } from '../../api/types.js'
import { Icon } from '../../ui/icon.js'
import { Time } from '../../ui/time.js'
import type { LetterVerb } from './letter-target.js'

const FEW = 5

/** Dead letters of one error, to be repaired together or one by one. */
export function ErrorGroupPanel({
  group: { definitionKey, title, members },
  onAct,
}: {
  readonly group: ErrorGroup<DeadLetterSummary>
  readonly onAct: (verb: LetterVerb, ids: readonly string[]) => void
}) {
  const [isWhole, setWhole] = useState(false)
  const open = members.filter(({ retriedJobId }) => retriedJobId === null).map(({ dlqJobId }) => dlqJobId)
  const shown = isWhole ? members : members.slice(0, FEW)
  return (
    <section class="panel">
      <div class="panel-head">
        <div class="group-title">
          <h2 dir="auto" title={title}>
            {title}
          </h2>
          <span class="quiet">
            {definitionKey} · {plural(members.length, 'job')}, the last{' '}
            <Time at={members[0]?.movedToDlqAt ?? null} />
          </span>
        </div>
        <div class="row">
          <button
            type="button"
            class="button is-small is-primary"
            disabled={open.length === 0}
            onClick={() => onAct('retry', open)}
          >
            <Icon name="redo" /> Retry {open.length === 1 ? '' : open.length}
          </button>
          <button
            type="button"
            class="button is-small"
            onClick={() =>
              onAct(
                'discard',
                members.map(({ dlqJobId }) => dlqJobId),
              )
            }
          >
            <Icon name="trash" /> Discard
          </button>
        </div>
      </div>
      <ul class="letters">
        {shown.map((letter) => (
          <li key={letter.dlqJobId}>
            <a data-row class="mono" href={addressOf(`/jobs/${letter.originalJobId}`)}>
              {shortId(letter.originalJobId)}
            </a>
            <span class="quiet">
              {plural(letter.attempts, 'attempt')}, {letter.reason.replaceAll('_', ' ')}
            </span>
            <span class="letter-retried">
              {letter.retriedJobId !== null && (
                <a href={addressOf(`/jobs/${letter.retriedJobId}`)}>
                  retried as {shortId(letter.retriedJobId)}
                </a>
              )}
            </span>
            <Time at={letter.movedToDlqAt} />
          </li>
        ))}
      </ul>
      {members.length > FEW && (
        <button type="button" class="link" onClick={() => setWhole(!isWhole)}>
          {isWhole ? 'Show fewer' : `Show all ${members.length}`}
        </button>
      )}
    </section>
  )
}
