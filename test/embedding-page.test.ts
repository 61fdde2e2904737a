import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect } from 'chai'
import { tempDir } from './e2e/support/temp-dir.js'

const PAGE = new URL('../docs/embedding.md', import.meta.url)
/** What the packages of the page mean here: the sources, and what is installed beside them. */
const MEANT: Readonly<Record<string, string>> = {
  'job-server': new URL('../src/index.ts', import.meta.url).href,
  'job-server/testing': new URL('../src/testing/index.ts', import.meta.url).href,
}

const folder = tempDir()
const files = [...readFileSync(PAGE, 'utf8').matchAll(/^```ts\n(.*?)^```$/gms)].map(
  ([, text = ''], index) => {
    const path = join(folder.path, `block-${index + 1}.mts`)
    const resolved = text.replace(/ from '([^']+)'/g, (_all, name: string) => {
      return ` from '${MEANT[name] ?? import.meta.resolve(name)}'`
    })
    writeFileSync(path, resolved)
    return { path, describes: text.includes('storeContract(') }
  },
)
const run = ({ path }: { readonly path: string }): Promise<unknown> => import(pathToFileURL(path).href)

// What describes tests does so while they are gathered.
for (const file of files.filter(({ describes }) => describes)) await run(file)

describe('the page about embedding', () => {
  const { log } = console
  const home = process.cwd()
  before(() => {
    mkdirSync(join(folder.path, 'data'))
    process.chdir(folder.path)
    console.log = () => undefined
  })
  after(() => {
    console.log = log
    process.chdir(home)
    folder.remove()
  })

  it('has blocks', () => {
    expect(files.length).to.be.greaterThan(5)
  })
  files.forEach((file, index) => {
    if (!file.describes) it(`runs to the end of its block ${index + 1}`, () => run(file))
  })
})
