import { useState } from 'preact/hooks'
import { write } from '../../api/request.js'
import { addressOf } from '../../lib/address.js'
import { firstChoice, sampleParams } from '../../lib/samples.js'
import {
  CATCH_UPS,
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
import { ParamsForm, useParams } from '../../ui/params-form.js'
import { Refusal } from '../../ui/refusal.js'
import { PreviewPanel } from './preview-panel.js'
import { WhenFields } from './when-fields.js'

export function ScheduleEditor({
  schedule,
  choices,
}: {
  readonly schedule: Schedule | undefined
  readonly choices: readonly Definition[]
}) {
  const [form, setForm] = useState(() =>
    formOf(schedule, firstChoice(choices)?.key ?? '', Intl.DateTimeFormat().resolvedOptions().timeZone),
  )
  const definition = choices.findLast(({ key }) => key === form.definitionKey)
  const initial =
    schedule?.definitionKey === form.definitionKey ? schedule.params : sampleParams(form.definitionKey)
  return (
    <EditorForm
      key={form.definitionKey}
      schedule={schedule}
      form={form}
      setForm={setForm}
      keys={[...new Set(choices.map(({ key }) => key))]}
      schema={definition?.paramsSchema}
      initial={initial}
    />
  )
}

function EditorForm({
  schedule,
  form,
  setForm,
  keys,
  schema,
  initial,
}: {
  readonly schedule: Schedule | undefined
  readonly form: ScheduleForm
  readonly setForm: (form: ScheduleForm) => void
  readonly keys: readonly string[]
  readonly schema: unknown
  readonly initial: Readonly<Record<string, unknown>>
}) {
  const params = useParams(schema, initial)
  const [error, setError] = useState<Error | null>(null)
  const change = (part: Partial<ScheduleForm>) => setForm({ ...form, ...part })

  const save = async (event: Event) => {
    event.preventDefault()
    if (!params.check()) return
    const body = scheduleBodyOf(form, params.value ?? {})
    try {
      const saved =
        schedule === undefined
          ? await write<Schedule>('POST', '/v1/schedules', body)
          : await write<Schedule>('PATCH', `/v1/schedules/${schedule.scheduleId}`, body)
      setError(null)
      notify('good', `${saved.name} is kept`)
      refreshAll()
      go(addressOf(`/schedules/${saved.scheduleId}`))
    } catch (refused) {
      setError(refused as Error)
    }
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
          <button type="submit" class="button is-primary">
            <Icon name="check" /> {schedule === undefined ? 'Make it' : 'Save'}
          </button>
          {schedule !== undefined && !schedule.declared && <RemoveButton schedule={schedule} />}
        </div>
      </div>
      <PreviewPanel times={timesOf(form, schedule)} timezone={form.timezone} />
    </form>
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
