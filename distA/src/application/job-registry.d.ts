import { type AnyJobDefinition, type DefinitionRef, type Isolation, type JobDefinition, type PublishedDefinition } from '../domain/job-definition.js';
import { type Flaw, type JsonObject, type JsonValue } from '../domain/json.js';
import type { ScheduleSpec } from '../domain/schedule.js';
/** Turns a params schema into JSON Schema for display, or `null` when it cannot. */
export type JsonSchemaOf = (schema: unknown) => JsonObject | null;
/** The definitions whose code is loaded in this process. */
export declare class JobRegistry {
    private readonly isolation;
    private readonly byRef;
    /** @param isolation where definitions run that do not say; `inline` also means that no child process could load them. */
    constructor(isolation?: Isolation);
    /**
     * Adds a definition under its key and version.
     *
     * @throws JobServerError `validation-error` when it is malformed, or when another one has this key and version already.
     */
    register<Params = unknown, Result = unknown>(definition: JobDefinition<Params, Result>): void;
    get(ref: DefinitionRef): AnyJobDefinition | undefined;
    isolationOf(definition: AnyJobDefinition): Isolation;
    /** Those whose runs are in processes of their own. */
    isolated(): AnyJobDefinition[];
    refs(): DefinitionRef[];
    /** What the definitions declare, each for the version that declares it. */
    declaredSchedules(): ScheduleSpec[];
    /** Everything registered, as it is published to the cluster. */
    published(jsonSchemaOf: JsonSchemaOf): PublishedDefinition[];
    /** What is wrong with these params, by pointer; empty when they fit, or when the module is not loaded here. */
    paramsFlaws(ref: DefinitionRef, params: JsonValue): readonly Flaw[];
}
