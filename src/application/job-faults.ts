import { DELIVERY } from '../domain/delivery.js'
import { JobServerError } from '../domain/errors.js'
import { refOf, type DefinitionRef } from '../domain/job-definition.js'
import { flawOf, type Flaw, type JsonObject } from '../domain/json.js'
import type { JobRegistry } from './job-registry.js'

/** Whether callers may ask for jobs of this definition; those of the server's own it makes itself. */
export function isOpen({ key }: Pick<DefinitionRef, 'key'>): boolean {
  return key !== DELIVERY.key
}

/** Why these params cannot be those of a job, by pointers below `/params`; `null` when they can, as far as this process knows. */
export function paramsFault(
  registry: Pick<JobRegistry, 'paramsFlaws'>,
  definition: DefinitionRef,
  params: JsonObject,
): JobServerError | null {
  const flaw = flawOf(params, '/params')
  if (flaw !== null) return unkeptParams(flaw)
  const flaws = registry.paramsFlaws(definition, params)
  return flaws.length === 0
    ? null
    : new JobServerError('params-invalid', `params do not fit ${refOf(definition)}`, { flaws })
}

/** That no store could hold these params. */
export function unkeptParams(flaw: Flaw): JobServerError {
  return new JobServerError('params-invalid', `params cannot be kept: ${flaw.message}`, { flaws: [flaw] })
}

/** That nobody has published what was asked for, or that it is not for callers. */
export function unknownDefinition(asked: {
  readonly definitionKey: string
  readonly definitionVersion?: number | null | undefined
}): JobServerError {
  const { definitionKey } = asked
  const version = asked.definitionVersion ?? null
  const name = version === null ? definitionKey : refOf({ key: definitionKey, version })
  const pointer = version === null ? '/definitionKey' : '/definitionVersion'
  const message = isOpen({ key: definitionKey })
    ? `${name.slice(0, 100)} is not a published definition`
    : `jobs of ${definitionKey} are made by the server itself, for the callbacks of other jobs`
  return new JobServerError('unknown-definition', message, { flaws: [{ pointer, message }] })
}
