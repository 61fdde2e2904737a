import type { Readable } from 'node:stream'
import type * as Module from '@aws-sdk/client-s3'
import type { S3Client } from '@aws-sdk/client-s3'
import { FileStoreRefusedError } from '../../application/ports/file-store.js'
import { refusalOf, statusOf, storeAway } from './s3-errors.js'

export interface S3BucketOptions {
  readonly bucket: string
  /** Before every key: empty, or with a slash at its end. */
  readonly prefix: string
  /** Of a store that is not Amazon's; its buckets are addressed by path. */
  readonly endpoint: string | null
  readonly region: string
  /** `null`: what the SDK finds by itself, in the environment, in a profile, or by a role of the machine. */
  readonly keys: { readonly accessKeyId: string; readonly secretAccessKey: string } | null
}

/** An object that comes into being part by part, and that nobody sees before it is complete. */
export interface MultipartObject {
  /** @param number from 1; parts may come in any order. */
  put(number: number, body: Buffer): Promise<void>
  complete(): Promise<void>
  /** Removes the parts. */
  abort(): Promise<void>
}

type Sdk = typeof Module

const CONNECT_MS = 3_000
/** On a connection on which nothing comes or goes. */
const SILENT_MS = 60_000
/** A slow download keeps its connection; no number of them may keep others waiting. */
const CONNECTIONS = { keepAlive: true, maxSockets: Infinity }

/**
 * One bucket of an S3-compatible store, and in it the keys under one prefix. Repeats what fails for a moment. Its SDK, which takes
 * a quarter of a second, is loaded with the first request.
 */
export class S3Bucket {
  private loaded: Promise<{ readonly sdk: Sdk; readonly client: S3Client }> | null = null

  constructor(private readonly options: S3BucketOptions) {}

  /**
   * Asks for the least that this server needs; `withinMs` holds for all tries together, and for looking for keys.
   *
   * @throws FileStoreRefusedError when the bucket is not there or not ours; StorageUnavailableError when the store is away.
   */
  async check(withinMs: number): Promise<void> {
    const { sdk, client } = await this.load()
    const { bucket, prefix, endpoint } = this.options
    const request = { Bucket: bucket, Prefix: prefix, MaxKeys: 1 }
    try {
      await client.send(new sdk.ListObjectsV2Command(request), { abortSignal: AbortSignal.timeout(withinMs) })
    } catch (error) {
      const reason = refusalOf(error, bucket, endpoint ?? 'Amazon S3')
      throw reason === null ? storeAway(error) : new FileStoreRefusedError(reason, { cause: error })
    }
  }

  /** Bytes of an object, or `null` when there is none. */
  async size(key: string): Promise<number | null> {
    const { sdk, client } = await this.load()
    try {
      const { ContentLength = 0 } = await client.send(new sdk.HeadObjectCommand(this.at(key)))
      return ContentLength
    } catch (error) {
      if (statusOf(error) === 404) return null
      throw storeAway(error)
    }
  }

  /**
   * Bytes of an object, both ends included, as they come. A connection that is cut on the way, as stores do to readers that are slow,
   * is taken up again where it ended.
   */
  async *read(
    key: string,
    range: { readonly start: number; readonly end?: number } = { start: 0 },
    signal?: AbortSignal,
  ): AsyncGenerator<Uint8Array> {
    const { sdk, client } = await this.load()
    let { start } = range
    let version: string | undefined
    for (;;) {
      const request = {
        ...this.at(key),
        ...(range.end === undefined && start === 0 ? {} : { Range: `bytes=${start}-${range.end ?? ''}` }),
        ...(version === undefined ? {} : { IfMatch: version }),
      }
      const answer = await client.send(new sdk.GetObjectCommand(request), under(signal)).catch(rethrowAway)
      version ??= answer.ETag
      const body = answer.Body as Readable
      const before = start
      try {
        for await (const chunk of body as AsyncIterable<Uint8Array>) {
          start += chunk.length
          yield chunk
        }
        return
      } catch (error) {
        if (start === before || signal?.aborted === true) throw storeAway(error)
      } finally {
        body.destroy()
      }
    }
  }

  /** An object from memory, at once. */
  async put(key: string, body: Buffer, signal?: AbortSignal): Promise<void> {
    const { sdk, client } = await this.load()
    const command = new sdk.PutObjectCommand({ ...this.at(key), Body: body })
    await client.send(command, under(signal)).catch(rethrowAway)
  }

  async begin(key: string, signal?: AbortSignal): Promise<MultipartObject> {
    const { sdk, client } = await this.load()
    const create = new sdk.CreateMultipartUploadCommand(this.at(key))
    const { UploadId } = await client.send(create, under(signal)).catch(rethrowAway)
    const upload = { ...this.at(key), UploadId }
    const parts: { PartNumber: number; ETag: string | undefined }[] = []
    return {
      put: async (number, body) => {
        const command = new sdk.UploadPartCommand({ ...upload, PartNumber: number, Body: body })
        const { ETag } = await client.send(command, under(signal)).catch(rethrowAway)
        parts.push({ PartNumber: number, ETag })
      },
      complete: async () => {
        const Parts = parts.sort((a, b) => a.PartNumber - b.PartNumber)
        const command = new sdk.CompleteMultipartUploadCommand({ ...upload, MultipartUpload: { Parts } })
        await client.send(command, under(signal)).catch(rethrowAway)
      },
      // Not under the signal: this is what follows when it was aborted.
      abort: async () => {
        await client.send(new sdk.AbortMultipartUploadCommand(upload)).catch(rethrowAway)
      },
    }
  }

  /** An object that is not there is no error. */
  async remove(key: string): Promise<void> {
    const { sdk, client } = await this.load()
    await client.send(new sdk.DeleteObjectCommand(this.at(key))).catch(rethrowAway)
  }

  /** All objects whose key begins so, a page of the store's at a time. */
  async *objects(beginning: string): AsyncGenerator<{ readonly key: string; readonly modifiedAt: Date }> {
    const { sdk, client } = await this.load()
    const { bucket: Bucket, prefix } = this.options
    const pages = sdk.paginateListObjectsV2({ client }, { Bucket, Prefix: prefix + beginning })
    try {
      for await (const { Contents = [] } of pages)
        for (const { Key, LastModified } of Contents)
          if (Key !== undefined && LastModified !== undefined)
            yield { key: Key.slice(prefix.length), modifiedAt: LastModified }
    } catch (error) {
      throw storeAway(error)
    }
  }

  /** Removes the parts of objects that were begun before then and never completed; does nothing where a store cannot list them. */
  async removeBegunBefore(then: Date): Promise<void> {
    const { sdk, client } = await this.load()
    const { bucket: Bucket, prefix: Prefix } = this.options
    // In pages of the store's; what a later page holds is found by a later sweep, when these are gone.
    const { Uploads = [] } = await client
      .send(new sdk.ListMultipartUploadsCommand({ Bucket, Prefix }))
      .catch((error: unknown) => {
        if (statusOf(error) === 501 || statusOf(error) === 405) return { Uploads: [] }
        throw storeAway(error)
      })
    for (const { Key, UploadId, Initiated } of Uploads) {
      if (Initiated === undefined || Initiated >= then) continue
      const abort = new sdk.AbortMultipartUploadCommand({ Bucket, Key, UploadId })
      // Somebody else may have removed them meanwhile.
      await client.send(abort).catch(() => undefined)
    }
  }

  private at(key: string): { readonly Bucket: string; readonly Key: string } {
    return { Bucket: this.options.bucket, Key: this.options.prefix + key }
  }

  private load(): Promise<{ readonly sdk: Sdk; readonly client: S3Client }> {
    this.loaded ??= import('@aws-sdk/client-s3').then((sdk) => ({ sdk, client: clientOf(sdk, this.options) }))
    return this.loaded
  }
}

function clientOf(sdk: Sdk, { endpoint, region, keys }: S3BucketOptions): S3Client {
  return new sdk.S3Client({
    region,
    followRegionRedirects: true,
    requestHandler: {
      connectionTimeout: CONNECT_MS,
      socketTimeout: SILENT_MS,
      httpAgent: CONNECTIONS,
      httpsAgent: CONNECTIONS,
    },
    // Checksums in trailers are news to many stores that are not Amazon's; what is sent is covered by the signature.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    ...(endpoint === null ? {} : { endpoint, forcePathStyle: true }),
    // A copy: the SDK notes in it where it is from.
    ...(keys === null ? {} : { credentials: { ...keys } }),
  })
}

function under(signal: AbortSignal | undefined): { readonly abortSignal?: AbortSignal } {
  return signal === undefined ? {} : { abortSignal: signal }
}

function rethrowAway(error: unknown): never {
  throw storeAway(error)
}
