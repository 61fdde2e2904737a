import { useState } from 'preact/hooks'
import { accessKey } from '../../api/access-key.js'
import { apiUrl, post } from '../../api/request.js'
import { addressOf } from '../../lib/address.js'
import { againBody } from '../../lib/again.js'
import { curlOf } from '../../lib/curl.js'
import { createBodyOf, type RunOptions } from '../../lib/create-body.js'
import { byHand, firstChoice, sampleParams } from '../../lib/samples.js'
import { anyDefinition, never, useReading } from '../../live/use-reading.js'
import { go } from '../../shell/use-address.js'
import type { AcceptedJob, CreateJob, Definition, DefinitionList, Job } from '../../api/types.js'
import { Icon } from '../../ui/icon.js'
import { CodeView } from '../../ui/json-view.js'
import { NoDefinition } from '../../ui/no-definition.js'
import { PageHead } from '../../ui/page-head.js'
import { FlawCount, ParamsForm } from '../../ui/params-form.js'
import { Refusal } from '../../ui/refusal.js'
import { ReadError, Waiting } from '../../ui/states.js'
import { useParams } from '../../ui/use-params.js'
import { useStateOf } from '../../ui/use-state-of.js'
import { OptionFields } from './option-fields.js'

/** Starts a job: of a definition that is chosen here, or like another one (`again`). */
export function RunPage({ query }: { readonly query: URLSearchParams }) {
  const again = query.get('again')
  const definitions = useReading<DefinitionList>('/v1/definitions', { concern: anyDefinition })
  const model = useReading<Job>(again === null ? null : `/v1/jobs/${encodeURIComponent(again)}`, {
    concern: never,
  })
  const wanted = model.data?.definitionKey ?? query.get('definition') ?? ''
  const all = definitions.data?.definitions
  const isReady = all !== undefined && (again === null || model.data !== undefined)
  const choices = byHand(all ?? [], wanted)
  const chosen = newestOf(choices, wanted, model.data?.definitionVersion) ?? firstChoice(choices)
  const readAgain = () => {
    definitions.refresh()
    model.refresh()
  }

  return (
    <>
      <PageHead title={again === null ? 'Run a job' : 'Edit and run again'} />
      <ReadError error={definitions.error ?? model.error} retry={readAgain} />
      {!isReady && definitions.error === undefined && model.error === undefined && <Waiting />}
      {isReady && chosen === undefined && <NoDefinition />}
      {isReady && chosen !== undefined && (
        <RunForm
          definition={chosen}
          keys={[...new Set(choices.map(({ key }) => key))]}
          model={model.data?.definitionKey === chosen.key ? model.data : undefined}
        />
      )}
    </>
  )
}

function newestOf(all: readonly Definition[], key: string, version?: number): Definition | undefined {
  const versions = all.filter((one) => one.key === key)
  return versions.find((one) => one.version === version) ?? versions.at(-1)
}

function RunForm({
  definition,
  keys,
  model,
}: {
  readonly definition: Definition
  readonly keys: readonly string[]
  readonly model: Job | undefined
}) {
  const { key } = definition
  const of = `${key} ${model?.jobId}`
  const params = useParams(definition.paramsSchema, model?.params ?? sampleParams(key), of)
  const [options, setOptions] = useStateOf<RunOptions>(of, () => optionsOf(model))
  const [error, setError] = useStateOf<Error | null>(of, () => null)
  const [isBusy, setBusy] = useState(false)
  const version = model === undefined ? undefined : definition.version
  const body = createBodyOf(key, params.value ?? {}, options, version)
  const curl = curlOf({ method: 'POST', url: apiUrl('/v1/jobs'), body, needsKey: accessKey() !== null })

  const run = async (event: Event) => {
    event.preventDefault()
    if (isBusy || !params.check()) return
    setBusy(true)
    setError(null)
    try {
      const { jobId } = await post<AcceptedJob>('/v1/jobs', body)
      go(addressOf(`/jobs/${jobId}`))
    } catch (refused) {
      setError(refused as Error)
      setBusy(false)
    }
  }
  return (
    <form class="run-columns" onSubmit={(event) => void run(event)} noValidate>
      <div class="panel stack">
        <label class="field">
          <span class="field-name">Definition</span>
          <select
            value={key}
            onChange={(event) => go(addressOf('/run', { definition: event.currentTarget.value }), true)}
          >
            {keys.map((one) => (
              <option key={one}>{one}</option>
            ))}
          </select>
          {definition.paused && <span class="hint">It is paused: the job will wait.</span>}
        </label>
        <ParamsForm params={params} />
        <OptionFields definition={definition} options={options} onChange={setOptions} />
        <Refusal error={error} />
        <div class="row">
          <button type="submit" class="button is-primary" aria-disabled={isBusy}>
            <Icon name="play" /> Run
          </button>
          <FlawCount params={params} />
        </div>
      </div>
      <aside class="panel stack">
        <h2>The same with curl</h2>
        <CodeView text={curl} name="curl command" />
      </aside>
    </form>
  )
}

function optionsOf(model: Job | undefined): RunOptions {
  const { priority, maxAttempts } = model === undefined ? ({} as CreateJob) : againBody(model)
  return {
    priority: priority === undefined ? '' : String(priority),
    maxAttempts: maxAttempts === undefined ? '' : String(maxAttempts),
    delaySeconds: '',
    idempotencyKey: '',
  }
}
