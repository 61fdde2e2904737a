import { resolve } from 'node:path'
import { z } from 'zod'

/** Where uploads and outputs are kept. */
export type FilesConfig =
  | {
      readonly kind: 'folder'
      /** Absolute. */
      readonly path: string
      /** `FILES` named it: whoever runs several machines says with that that they share it. */
      readonly isNamed: boolean
    }
  | {
      readonly kind: 's3'
      readonly bucket: string
      /** Empty, or with a slash at its end. */
      readonly prefix: string
      /** `null`: Amazon's. */
      readonly endpoint: string | null
      readonly region: string
      /** `null`: those that the SDK finds by itself. */
      readonly keys: { readonly accessKeyId: string; readonly secretAccessKey: string } | null
    }

interface FilesVariables {
  readonly FILES?: string | undefined
  readonly FILES_ENDPOINT?: string | undefined
  readonly FILES_REGION?: string | undefined
  readonly FILES_ACCESS_KEY_ID?: string | undefined
  readonly FILES_SECRET_ACCESS_KEY?: string | undefined
}

const S3 = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/
/** Characters that no store, proxy or list has trouble with. */
const PREFIX = /^([A-Za-z0-9_-][A-Za-z0-9._-]*\/)*$/

const ENDPOINT_TAKES = 'takes http://… or https://…, without keys in it'

/** A folder, or a bucket with or without a prefix. */
export const files = z.string().refine((value) => (hasScheme(value) ? bucketOf(value) !== null : true), {
  error: 'takes a folder or s3://<bucket>[/<prefix>], with letters, digits and ._- between the slashes',
})

export const endpoint = z.string().refine(isEndpoint, { error: ENDPOINT_TAKES })

/** @param env for the names that Amazon's own tools use; the SDK reads the keys of those by itself. */
export function filesConfigOf(
  values: FilesVariables,
  dataDir: string,
  env: Readonly<Record<string, string | undefined>>,
): FilesConfig {
  const { FILES, FILES_ACCESS_KEY_ID: accessKeyId, FILES_SECRET_ACCESS_KEY: secretAccessKey } = values
  const named = FILES === undefined ? null : bucketOf(FILES)
  if (named === null) return { kind: 'folder', path: resolve(FILES ?? dataDir), isNamed: FILES !== undefined }
  return {
    kind: 's3',
    ...named,
    endpoint: values.FILES_ENDPOINT ?? env['AWS_ENDPOINT_URL_S3'] ?? null,
    region: values.FILES_REGION ?? env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'] ?? 'us-east-1',
    keys:
      accessKeyId === undefined || secretAccessKey === undefined ? null : { accessKeyId, secretAccessKey },
  }
}

/** What fits together badly, each by the variable that is to be changed and what it takes. */
export function filesContradictions(
  values: FilesVariables,
  config: FilesConfig,
): [name: string, takes: string][] {
  const found: [string, string][] = []
  const { FILES_ACCESS_KEY_ID: id, FILES_SECRET_ACCESS_KEY: secret } = values
  if (id === undefined && secret !== undefined)
    found.push(['FILES_ACCESS_KEY_ID', 'takes the key that FILES_SECRET_ACCESS_KEY belongs to'])
  if (id !== undefined && secret === undefined)
    found.push(['FILES_SECRET_ACCESS_KEY', 'takes the secret that belongs to FILES_ACCESS_KEY_ID'])
  if (config.kind === 's3' && config.endpoint !== null && !isEndpoint(config.endpoint))
    found.push(['AWS_ENDPOINT_URL_S3', ENDPOINT_TAKES])
  return found
}

function bucketOf(value: string): { readonly bucket: string; readonly prefix: string } | null {
  const [, bucket, rest = ''] = S3.exec(value) ?? []
  const prefix = rest === '' || rest.endsWith('/') ? rest : `${rest}/`
  return bucket === undefined || !PREFIX.test(prefix) ? null : { bucket, prefix }
}

function hasScheme(value: string): boolean {
  return /^[a-z][a-z0-9+.-]+:/i.test(value)
}

function isEndpoint(value: string): boolean {
  if (!/^https?:\/\//.test(value) || !URL.canParse(value)) return false
  const { username, password } = new URL(value)
  return username === '' && password === ''
}
