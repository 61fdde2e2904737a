import type { DefinitionRef, PublishedDefinition } from '../../domain/job-definition.js';
/**
 * Definitions as published to the whole cluster.
 *
 * @throws StorageUnavailableError from every method when the database is away.
 */
export interface DefinitionStore {
    /** Inserts or replaces each by (key, version); whether a definition is paused stays as it is. Racing publishers never deadlock. */
    publish(definitions: readonly PublishedDefinition[]): Promise<void>;
    /** All, by key, then version. */
    list(): Promise<readonly PublishedDefinition[]>;
    /** For each reference the published row or `null`; version 0 means the newest. Same order. */
    find(refs: readonly DefinitionRef[]): Promise<readonly (PublishedDefinition | null)[]>;
    /** Stops or resumes claims of all versions of a key; answers how many versions there are. Running jobs finish. */
    setPaused(key: string, paused: boolean): Promise<number>;
}
