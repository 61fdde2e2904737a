import type { Schemas } from './operations.js'

/** As much of what `defineJob` answers as types need: nothing of the server is imported for it. */
export interface Definition<Params = never, Result = unknown, Input = unknown> {
  readonly key: string
  readonly version: number
  readonly params?:
    { readonly '~standard'?: { readonly types?: { readonly input: Input } | undefined } } | undefined
  run(params: Params, context: never): Result | Promise<Result>
}

/** What a job of a definition is to be given, which its schema may make something else of: `ParamsOf<typeof sendMail>`. */
export type ParamsOf<D> =
  D extends Definition<infer Params, unknown, infer Input> ? InputOf<Params, Input> : Record<string, unknown>

/** A schema that does not tell what it takes is taken to take what it answers. */
export type InputOf<Params, Input> = unknown extends Input ? Params : Input

/** Nothing has it whose params cannot be an empty object. */
// eslint-disable-next-line @typescript-eslint/no-empty-object-type -- an object without members is meant
export type NeedsNone<Params> = {} extends Params ? unknown : never

/** What the job of a definition has as its result, once it has been JSON. */
export type ResultOf<D> = D extends Definition<never, infer Result> ? AsJson<Awaited<Result>> : unknown

/** What becomes of a value on its way through JSON. */
export type AsJson<T> = unknown extends T
  ? unknown
  : T extends { toJSON(): infer Json }
    ? Json
    : T extends string | number | boolean | null
      ? T
      : undefined extends T
        ? null
        : T extends object
          ? { [Name in keyof T]: AsJson<T[Name]> }
          : never

/** A job whose result has a type. */
export type TypedJob<Result> = Omit<Schemas['Job'], 'result'> & {
  /** `null` unless the job succeeded. */
  readonly result: Result | null
}

/** What `POST /v1/jobs` takes, with params of a type. */
export type JobRequest<Params> = OrUndefined<Omit<Schemas['CreateJob'], 'params'>> & {
  readonly params?: Params | undefined
}

/** What is `undefined` is not said. */
type OrUndefined<T> = { [Name in keyof T]: Partial<T> extends Pick<T, Name> ? T[Name] | undefined : T[Name] }
