import { readFile, writeFile } from 'node:fs/promises'
import { expect } from 'chai'
import openapiTS, { astToString } from 'openapi-typescript'
import { PROBLEMS } from '../../src/adapters/http/problem.js'
import { openHarness } from '../adapters/http/harness.js'

const FILE = new URL('../../src/client/api-types.ts', import.meta.url)
const HEAD =
  '// Made from the OpenAPI document by `npm run client-types`; a test compares them. Not to be edited.\n\n'

interface Document {
  readonly paths: Record<string, Record<string, { readonly responses: Record<string, unknown> }>>
}

describe('the types of the client', () => {
  it('are those of the OpenAPI document and of all problems', async function () {
    this.timeout(60_000)
    const current = await typesOf(await documentOfServer())
    if (process.env['WRITE_CLIENT_TYPES'] === 'true') await writeFile(FILE, current)
    expect(await readFile(FILE, 'utf8'), 'run: npm run client-types').to.equal(current)
  })
})

async function documentOfServer(): Promise<Document> {
  const api = await openHarness()
  try {
    return (await api.call('GET', '/openapi.json')).body as Document
  } finally {
    await api.close()
  }
}

async function typesOf(document: Document): Promise<string> {
  // Whatever is refused is thrown as one class with a code: what each operation may refuse would treble the file.
  for (const { responses } of Object.values(document.paths).flatMap((methods) => Object.values(methods)))
    for (const status of Object.keys(responses))
      if (Number(status) >= 400) Reflect.deleteProperty(responses, status)
  const types = astToString(await openapiTS(document as never))
  const codes = Object.keys(PROBLEMS).map((code) => `  | '${code}'\n`)
  return `${HEAD}${types}\nexport type ProblemCode =\n${codes.join('')}`
}
