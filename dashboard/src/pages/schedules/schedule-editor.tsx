import { useState } from 'preact/hooks'
import { write } from '../../api/request.js'
import { addressOf } from '../../lib/address.js'
import { firstChoice, sampleParams } from '../../lib/samples.js'
import {
  bodyOf,
  CATCH_UPS,
  changesOf,
  formOf,
  OVERLAPS,
  scheduleBodyOf,
  timesOf,
  type ScheduleForm,
} from '../../lib/schedule-form.js'
import { refreshAll } from '../../live/readings.js'
import { go } from '../../shell/use-address.js'
import type { Schedule } from '../../api/types.js'
import type { Definition } from '../../api/types.js'
import { Icon } from '../../ui/icon.js'
import { notify, notifyError } from '../../ui/notices.js'
import { FlawCount, ParamsForm } from '../../ui/params-form.js'
import { Refusal } from '../../ui/refusal.js'
import { useParams } from '../../ui/use-params.js'
import { useStateOf } from '../../ui/use-state-of.js'
import { PreviewPanel } from './preview-panel.js'
import { useOpened } from './use-opened.js'
import { WhenFields } from './when-fields.js'

const OWN_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone

/** Makes a schedule, or changes one: of that, only what was changed here is sent. */
export function ScheduleEditor({
  schedule,
  choices,
}: {
  readonly schedule: Schedule | undefined
  readonly choices: readonly Definition[]
}) {
  const { opened, isChangedMeanwhile, open } = useOpened(schedule)
  const begin = () => formOf(opened.schedule, firstChoice(choices)?.key ?? '', OWN_ZONE)
  const [form, setForm] = useStateOf<ScheduleForm>(`${opened.round}`, begin)
  const { definitionKey } = form
  const params = useParams(
    choices.findLast(({ key }) => key === definitionKey)?.paramsSchema,
    opened.schedule?.definitionKey === definitionKey ? opened.schedule.params : sampleParams(definitionKey),
    `${opened.round} ${definitionKey}`,
  )
  const [error, setError] = useState<Error | null>(null)
  const [isBusy, setBusy] = useState(false)
  const keys = [...new Set(choices.map(({ key }) => key))]
  const change = (part: Partial<ScheduleForm>) => setForm({ ...form, ...part })

  const save = async (event: Event) => {
    event.preventDefault()
    if (isBusy || !params.check()) return
    setBusy(true)
    try {
      const saved = await saveSchedule(opened.schedule, scheduleBodyOf(form, params.value ?? {}))
      setError(null)
      notify('good', `${saved.name} is kept`)
      open(saved)
      refreshAll()
      go(addressOf(`/schedules/${saved.scheduleId}`))
    } catch (refused) {
      setError(refused as Error)
    }
    setBusy(false)
  }
  const choose = (name: 'catchUp' | 'overlap', label: string, options: Readonly<Record<string, string>>) => (
    <label class="field">
      <span class="field-name">{label}</span>
      <select value={form[name]} onChange={(event) => change({ [name]: event.currentTarget.value })}>
        {Object.entries(options).map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
    </label>
  )
  return (
    <form class="run-columns" onSubmit={(event) => void save(event)} noValidate>
      <div class="panel stack">
        {isChangedMeanwhile && !isBusy && <ChangedMeanwhile onShow={() => open(schedule)} />}
        <label class="field">
          <span class="field-name">Name</span>
          <input
            type="text"
            maxLength={255}
            value={form.name}
            placeholder="nightly report"
            onInput={(event) => change({ name: event.currentTarget.value })}
          />
        </label>
        <label class="field">
          <span class="field-name">Definition</span>
          <select
            value={form.definitionKey}
            onChange={(event) => change({ definitionKey: event.currentTarget.value })}
          >
            {keys.map((key) => (
              <option key={key}>{key}</option>
            ))}
          </select>
        </label>
        <WhenFields form={form} onChange={change} />
        <ParamsForm params={params} />
        <details>
          <summary>When slots are missed, or a job still runs</summary>
          <div class="field-grid">
            {choose('catchUp', 'Slots missed while nobody was there', CATCH_UPS)}
            {choose('overlap', 'When the job before has not ended', OVERLAPS)}
          </div>
        </details>
        <Refusal error={error} />
        <div class="row">
          <button type="submit" class="button is-primary" aria-disabled={isBusy}>
            <Icon name="check" /> {schedule === undefined ? 'Make it' : 'Save'}
          </button>
          {schedule !== undefined && !schedule.declared && <RemoveButton schedule={schedule} />}
          <FlawCount params={params} />
        </div>
      </div>
      <PreviewPanel times={timesOf(form, schedule)} timezone={form.timezone} />
    </form>
  )
}

function saveSchedule(
  opened: Schedule | undefined,
  body: Readonly<Record<string, unknown>>,
): Promise<Schedule> {
  if (opened === undefined) return write('POST', '/v1/schedules', body)
  return write('PATCH', `/v1/schedules/${opened.scheduleId}`, changesOf(bodyOf(opened), body))
}

function ChangedMeanwhile({ onShow }: { readonly onShow: () => void }) {
  return (
    <div class="trouble" role="alert">
      <Icon name="warning" />
      <span>This schedule was changed meanwhile. Save changes only what you have changed here.</span>
      <button type="button" class="button is-small" onClick={onShow}>
        Show it as it is now
      </button>
    </div>
  )
}

/** Asks once more in its own place before it removes. */
function RemoveButton({ schedule: { scheduleId, name } }: { readonly schedule: Schedule }) {
  const [isSure, setSure] = useState(false)
  const remove = async () => {
    try {
      await write('DELETE', `/v1/schedules/${scheduleId}`)
      notify('good', `${name} is gone; its jobs stay`)
      go(addressOf('/schedules'))
    } catch (error) {
      notifyError(error)
    }
  }
  return (
    <button
      type="button"
      class="button"
      onBlur={() => setSure(false)}
      onClick={() => (isSure ? void remove() : setSure(true))}
    >
      <Icon name="trash" /> {isSure ? 'Really remove it' : 'Remove'}
    </button>
  )
}
