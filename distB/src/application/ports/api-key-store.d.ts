import type { Scope } from '../../domain/access.js';
/** A key of the API; of its secret only the hash is kept. */
export interface ApiKey {
    readonly id: string;
    /** Unique among keys that are not revoked. */
    readonly name: string;
    readonly scope: Scope;
    /** SHA-256 of the secret, 64 hexadecimal digits. */
    readonly secretHash: string;
    readonly createdAt: Date;
    readonly revokedAt: Date | null;
}
/**
 * Keys that were made by command, for the whole cluster.
 *
 * @throws StorageUnavailableError from every method when the database is away.
 */
export interface ApiKeyStore {
    /** Keeps a new key; `false`, and nothing is kept, when a key that is not revoked has its name. Of racing callers one wins. */
    create(key: Omit<ApiKey, 'revokedAt'>): Promise<boolean>;
    /** Ends the key of this name for good; `false` when there is none that is not revoked. It stays in the list. */
    revoke(name: string, now: Date): Promise<boolean>;
    /** All of them, revoked ones too, oldest first (by id). */
    list(): Promise<readonly ApiKey[]>;
}
