export interface CurlRequest {
  readonly method: string
  readonly url: string
  /** Sent as JSON. */
  readonly body?: unknown
  /** Says where a key goes, without telling it. */
  readonly needsKey: boolean
}

/** A command for a shell that sends the request; a key is never in it. */
export function curlOf({ method, url, body, needsKey }: CurlRequest): string {
  const parts = [`curl${method === 'GET' ? '' : ` -X ${method}`} ${quoted(url)}`]
  if (needsKey) parts.push('-H "Authorization: Bearer $KEY"')
  if (body !== undefined) {
    parts.push("-H 'Content-Type: application/json'")
    parts.push(`-d ${quoted(JSON.stringify(body))}`)
  }
  return parts.join(' \\\n  ')
}

/** In single quotes nothing means anything to a shell but the quote itself. */
function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
