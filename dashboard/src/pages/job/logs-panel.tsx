import { useEffect, useState } from 'preact/hooks'
import { formatClock, formatInstant, plural } from '../../lib/format.js'
import { useTail } from '../../live/use-tail.js'
import type { LogLine, LogList } from '../../api/types.js'
import { CopyButton } from '../../ui/copy-button.js'
import { ReadError } from '../../ui/states.js'

const MAX_SHOWN = 500
/** Lines are no reason for a hint: while a job runs, they are looked for. */
const LOOK_MS = 3_000

export function LogsPanel({ jobId, isActive }: { readonly jobId: string; readonly isActive: boolean }) {
  const reading = useTail<LogList>(jobId, 'logs', ({ lines }) => lines, MAX_SHOWN)
  const [level, setLevel] = useState('')
  useEffect(() => {
    if (!isActive) return
    const timer = setInterval(reading.refresh, LOOK_MS)
    return () => clearInterval(timer)
  }, [isActive, jobId])

  const all = reading.data?.lines ?? []
  const dropped = reading.data?.dropped ?? 0
  const lines = all.filter((line) => level === '' || line.level === level)
  return (
    <section class="panel">
      <div class="panel-head">
        <h2>Logs</h2>
        <span class="row">
          {lines.length > MAX_SHOWN && <span class="quiet">the last {MAX_SHOWN}</span>}
          {all.length > 0 && (
            <>
              <LevelSelect level={level} onChange={setLevel} />
              <CopyButton text={lines.map(textOf).join('\n')} label="Copy the logs" />
            </>
          )}
        </span>
      </div>
      {dropped > 0 && <p class="quiet">{plural(dropped, 'older line')} not kept.</p>}
      <ReadError error={reading.error} retry={reading.refresh} />
      {reading.data?.lines.length === 0 && <p class="panel-empty">Nothing was logged.</p>}
      {all.length > 0 && (
        <ol class="logs mono" tabIndex={0} aria-label="Lines of the log">
          {lines.slice(-MAX_SHOWN).map((line) => (
            <Line key={line.id} line={line} />
          ))}
        </ol>
      )}
    </section>
  )
}

function LevelSelect({
  level,
  onChange,
}: {
  readonly level: string
  readonly onChange: (level: string) => void
}) {
  return (
    <select
      class="is-small"
      aria-label="Level"
      value={level}
      onChange={(event) => onChange(event.currentTarget.value)}
    >
      <option value="">All levels</option>
      {['debug', 'info', 'warn', 'error'].map((one) => (
        <option key={one} value={one}>
          {one}
        </option>
      ))}
    </select>
  )
}

function Line({ line }: { readonly line: LogLine }) {
  const fields = Object.keys(line.fields).length === 0 ? '' : JSON.stringify(line.fields)
  return (
    <li class={`is-${line.level}`}>
      <time class="quiet" dateTime={line.at} title={`${formatInstant(new Date(line.at))}, run ${line.run}`}>
        {formatClock(new Date(line.at))}
      </time>
      <span class="log-level">{line.level}</span>
      <span class="log-text">
        {line.message} {fields !== '' && <span class="quiet">{fields}</span>}
      </span>
    </li>
  )
}

function textOf({ at, run, level, message, fields }: LogLine): string {
  return `${at} run=${run} ${level} ${message} ${JSON.stringify(fields)}`
}
