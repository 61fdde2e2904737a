/** Whether `If-Match` lets the request pass: it is absent, any, or names this very file. */
export function matches(header: string, etag: string): boolean {
  return header === '' || tagsOf(header).some((tag) => tag === '*' || tag === etag)
}

/** Whether `If-None-Match` says that the client has the file already. */
export function isKnownTag(header: string, etag: string): boolean {
  return tagsOf(header).some((tag) => tag === '*' || tag.replace(/^W\//, '') === etag)
}

function tagsOf(header: string): string[] {
  return header.split(',').map((tag) => tag.trim())
}
