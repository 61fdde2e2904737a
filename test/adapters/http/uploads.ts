/** The first bytes of an mp4 file and some more: enough for whoever looks at the beginning only. */
export const MP4 = Buffer.concat([
  Buffer.from([0, 0, 0, 24]),
  Buffer.from('ftypisom\0\0\u0002\0isommp41', 'latin1'),
  Buffer.alloc(1000, 7),
])

/** A form with one file and some fields. */
export function upload(parts: {
  readonly name?: string
  readonly field?: string
  readonly content?: Uint8Array
  readonly fields?: Readonly<Record<string, string>>
}): FormData {
  const { name = 'v.mp4', field = 'video', content = MP4, fields = {} } = parts
  const form = new FormData()
  for (const [key, value] of Object.entries(fields)) form.append(key, value)
  form.append(field, new Blob([new Uint8Array(content)], { type: 'video/mp4' }), name)
  return form
}

/** A multipart body by hand, for what no client library would send. */
export function multipart(
  parts: readonly (readonly [headers: string, content: string | Buffer])[],
  end = '--x--\r\n',
): Buffer {
  const pieces = parts.flatMap(([headers, content]) => [
    Buffer.from(`--x\r\n${headers}\r\n\r\n`),
    Buffer.from(content as string),
    Buffer.from('\r\n'),
  ])
  return Buffer.concat([...pieces, Buffer.from(end)])
}

export const filePart = (filename: string, name = 'video') =>
  `Content-Disposition: form-data; name="${name}"; filename="${filename}"\r\nContent-Type: video/mp4`
export const fieldPart = (name: string) => `Content-Disposition: form-data; name="${name}"`
export const MULTIPART = { 'Content-Type': 'multipart/form-data; boundary=x' }
