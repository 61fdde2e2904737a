import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { v7 as uuidv7 } from 'uuid'
import { S3FileStore, type S3FileStoreOptions } from '../../src/adapters/files/s3-file-store.js'
import type { FileStoreHarness } from '../contract/files.js'
import { BUCKET, S3_KEYS, S3Server } from './s3-server.js'

const PREFIX = 'some/prefix/'

/** A store on a real S3 server, and a data directory of its own. */
export class S3Files implements FileStoreHarness {
  readonly name = 's3'
  server!: S3Server
  dataDir = ''

  /** Without preparing: for stores that cannot be had. */
  async store(options: Partial<S3FileStoreOptions> = {}): Promise<S3FileStore> {
    this.server = await S3Server.start()
    this.dataDir = await mkdtemp(join(tmpdir(), 's3-files-'))
    return this.another(options)
  }

  async open(): Promise<S3FileStore> {
    const store = await this.store()
    await store.prepare()
    return store
  }

  /** On the same server. */
  another(options: Partial<S3FileStoreOptions> = {}): S3FileStore {
    const { endpoint } = this.server
    const place = { bucket: BUCKET, prefix: PREFIX, endpoint, region: 'us-east-1', keys: S3_KEYS }
    return new S3FileStore({ ...place, dataDir: this.dataDir, newId: uuidv7, ...options })
  }

  write(path: string, content: string, ageMs = 0): Promise<void> {
    return this.server.write(PREFIX + path, content, ageMs)
  }

  async close(): Promise<void> {
    await this.server.close()
    await rm(this.dataDir, { recursive: true, force: true })
  }
}
