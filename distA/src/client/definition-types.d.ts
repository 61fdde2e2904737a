import type { Schemas } from './operations.js';
/** As much of what `defineJob` answers as types need: nothing of the server is imported for it. */
export interface Definition<Params = never, Result = unknown> {
    readonly key: string;
    readonly version: number;
    run(params: Params, context: never): Result | Promise<Result>;
}
/** The params of a definition: `ParamsOf<typeof sendMail>`. */
export type ParamsOf<D> = D extends Definition<infer Params> ? Params : Record<string, unknown>;
/** What the job of a definition has as its result, once it has been JSON. */
export type ResultOf<D> = D extends Definition<never, infer Result> ? AsJson<Awaited<Result>> : unknown;
/** What becomes of a value on its way through JSON. */
export type AsJson<T> = unknown extends T ? unknown : T extends {
    toJSON(): infer Json;
} ? Json : T extends string | number | boolean | null ? T : undefined extends T ? null : T extends object ? {
    [Name in keyof T]: AsJson<T[Name]>;
} : never;
/** A job whose result has a type. */
export type TypedJob<Result> = Omit<Schemas['Job'], 'result'> & {
    /** `null` unless the job succeeded. */
    readonly result: Result | null;
};
/** What `POST /v1/jobs` takes, with params of a type. */
export type JobRequest<Params> = Omit<Schemas['CreateJob'], 'params'> & {
    readonly params?: Params;
};
