import { declaredSpec } from '../domain/declared-schedule.js'
import { JobServerError } from '../domain/errors.js'
import {
  definitionFlaws,
  published,
  refOf,
  type AnyJobDefinition,
  type DefinitionRef,
  type Isolation,
  type JobDefinition,
  type PublishedDefinition,
} from '../domain/job-definition.js'
import { escapePointer, type Flaw, type JsonObject, type JsonValue } from '../domain/json.js'
import type { ScheduleSpec } from '../domain/schedule.js'

/** Turns a params schema into JSON Schema for display, or `null` when it cannot. */
export type JsonSchemaOf = (schema: unknown) => JsonObject | null

/** The definitions whose code is loaded in this process. */
export class JobRegistry {
  private readonly all: AnyJobDefinition[] = []
  /** By key and version: asked for each job, more than once. */
  private readonly byKey = new Map<string, Map<number, AnyJobDefinition>>()

  /** @param isolation where definitions run that do not say; `inline` also means that no child process could load them. */
  constructor(private readonly isolation: Isolation = 'inline') {}

  /**
   * Adds a definition under its key and version.
   *
   * @throws JobServerError `validation-error` when it is malformed, or when another one has this key and version already.
   */
  register<Params = unknown, Result = unknown, Input = Params>(
    definition: JobDefinition<Params, Result, Input>,
  ): void {
    const candidate = definition as unknown as AnyJobDefinition
    const flaws = definitionFlaws(candidate)
    if (flaws.length > 0) {
      throw new JobServerError(
        'validation-error',
        `the definition ${String(candidate.key).slice(0, 100)} is malformed: ${flaws.join('; ')}`,
      )
    }
    const ref = refOf(candidate)
    if (candidate.isolation === 'process' && this.isolation === 'inline') {
      const message = `${ref} cannot have isolation 'process': a child process cannot load a function of this program; put it in a module that JOB_DEFINITIONS names`
      throw new JobServerError('validation-error', message)
    }
    const known = this.get(candidate)
    if (known === candidate) return
    if (known !== undefined) {
      const message = `${ref} is registered already, as a built-in or by another module`
      throw new JobServerError('validation-error', message)
    }
    for (const { name } of candidate.schedules ?? []) {
      const other = this.declaredSchedules().find((spec) => spec.name === name)
      if (other === undefined) continue
      const message = `${ref} cannot declare the schedule ${name.slice(0, 100)}: ${refOf({ key: other.definitionKey, version: other.definitionVersion ?? 0 })} does`
      throw new JobServerError('validation-error', message)
    }
    this.all.push(candidate)
    const versions = this.byKey.get(candidate.key) ?? new Map<number, AnyJobDefinition>()
    this.byKey.set(candidate.key, versions.set(candidate.version, candidate))
  }

  get({ key, version }: DefinitionRef): AnyJobDefinition | undefined {
    return this.byKey.get(key)?.get(version)
  }

  isolationOf(definition: AnyJobDefinition): Isolation {
    return definition.isolation ?? this.isolation
  }

  /** Those whose runs are in processes of their own. */
  isolated(): AnyJobDefinition[] {
    return this.all.filter((definition) => this.isolationOf(definition) === 'process')
  }

  refs(): DefinitionRef[] {
    return this.all.map(({ key, version }) => ({ key, version }))
  }

  /** What the definitions declare, each for the version that declares it. */
  declaredSchedules(): ScheduleSpec[] {
    return this.all.flatMap((definition) =>
      (definition.schedules ?? []).map((declared) => declaredSpec(definition, declared)),
    )
  }

  /** Everything registered, as it is published to the cluster. */
  published(jsonSchemaOf: JsonSchemaOf): PublishedDefinition[] {
    return this.all.map((definition) =>
      published(
        definition,
        definition.params === undefined ? null : jsonSchemaOf(definition.params),
        this.isolationOf(definition),
      ),
    )
  }

  /** What is wrong with these params, by pointer; empty when they fit, or when the module is not loaded here. */
  paramsFlaws(ref: DefinitionRef, params: JsonValue): readonly Flaw[] {
    const schema = this.get(ref)?.params
    if (schema === undefined) return []
    try {
      const answer: unknown = schema.parse(params)
      if (!(answer instanceof Promise)) return []
      // Nobody waits for it, and a rejection that nobody awaits ends the process.
      void answer.catch(() => undefined)
    } catch (error) {
      if (!isOfAsyncSchema(error)) return flawsOf(error)
    }
    // Not the fault of who asks.
    const message = `cannot be checked: the schema of ${refOf(ref)} is asynchronous, and has to answer at once`
    return [{ pointer: '/params', message }]
  }
}

/** What zod throws when a refinement or a transformation answers a promise. */
function isOfAsyncSchema(error: unknown): boolean {
  return error instanceof Error && error.constructor.name.endsWith('ZodAsyncError')
}

/** What an author says of a field may be a whole sentence; what may repeat params is cut as every echo of input is. */
const MAX_TOLD = 300
const MAX_ECHOED = 100

interface Issue {
  readonly path?: readonly PropertyKey[]
  readonly message?: string
  /** Members that are not known, as zod names them in its message. */
  readonly keys?: readonly string[]
}

/** Reads the `issues` that zod and other schema libraries throw; anything else is one flaw of the whole. */
function flawsOf(error: unknown): readonly Flaw[] {
  const issues = (error as { issues?: unknown } | null)?.issues
  if (!Array.isArray(issues) || issues.length === 0) {
    return [
      {
        pointer: '/params',
        message: error instanceof Error ? error.message.slice(0, MAX_ECHOED) : 'do not fit the schema',
      },
    ]
  }
  return issues.slice(0, 20).map(({ path = [], message = 'does not fit', keys }: Issue) => ({
    pointer: ['/params', ...path.map((key) => escapePointer(String(key)))].join('/'),
    message: message.slice(0, keys === undefined ? MAX_TOLD : MAX_ECHOED),
  }))
}
