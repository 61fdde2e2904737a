import { readFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect } from 'chai'
import { banner } from '../../src/bootstrap/banner.js'
import { createDatabase, type Database } from '../support/postgres-databases.js'
import { DocumentShell } from './support/document-shell.js'
import { readGuide, type GuideBlock } from './support/guide.js'
import { buildOnce } from './support/role-process.js'
import { tempDir } from './support/temp-dir.js'

const PAGES = ['README.md', 'CURL_EXAMPLES.md', 'QUICK_REFERENCE.md']
/** What is only shown; everything else is run. */
const SHOWN = ['json', 'text']
/** What a reader would take for something to type. */
const COMMAND = /^\s*(?:\$ )?(?:curl|npm|npx|node|export|docker|[A-Z_]+=\S+) /m

const fileOf = (page: string): URL => new URL(`../../${page}`, import.meta.url)

describe('every command and program of', function () {
  this.timeout(180_000)
  const done = { bash: 0, commands: 0, ts: 0, shown: 0 }
  const hook = createServer((_request, response) => response.writeHead(204).end())
  let ownDatabase: Database | null = null
  before(buildOnce)
  before(() => listening(hook))
  after(async () => {
    hook.close()
    await ownDatabase?.drop()
    const { bash, commands, ts, shown } = done
    process.stdout.write(
      `      ${bash} shell blocks with ${commands} commands and ${ts} programs were run, ${shown} answers compared\n`,
    )
  })

  for (const page of PAGES) {
    describe(page, () => {
      const blocks = readGuide(fileOf(page))
      const run = new Set<GuideBlock>()
      const folder = tempDir()
      let shell: DocumentShell
      let answer = ''

      before(async () => {
        const free = createServer()
        const url = `http://localhost:${await listening(free)}`
        free.close()
        shell = new DocumentShell(folder.path, {
          url,
          hook: `http://127.0.0.1:${(hook.address() as AddressInfo).port}/hook`,
          database: async () => (ownDatabase ??= await createDatabase('empty')).url,
        })
        await shell.open()
        // The other pages begin where this one has led to.
        if (page !== 'README.md') await shell.shell('npm start')
      })
      after(async () => {
        await shell.stopServers()
        folder.remove()
      })

      blocks.forEach((block, index) => {
        const { heading, language, text } = block
        const title = `"${heading}": ${text.trim().split('\n')[0] ?? ''}`.slice(0, 100)
        if (language === 'bash') {
          it(`runs ${title}`, async () => {
            answer = await shell.shell(text)
            run.add(block)
            done.bash += 1
            done.commands += commandsIn(text)
          })
        } else if (language === 'ts') {
          it(`runs ${title}`, async () => {
            await shell.program(text, `block-${index}.ts`)
            run.add(block)
            done.ts += 1
          })
        } else if (language === 'json' && blocks[index - 1]?.language === 'bash') {
          it(`is answered what ${title} shows`, () => {
            expect(shapeFlaw(JSON.parse(text), JSON.parse(answer))).to.equal(null)
            done.shown += 1
          })
        }
      })

      it('has no block that was not run', () => {
        const fences = readFileSync(fileOf(page), 'utf8').match(/^ *(```|~~~)/gm) ?? []
        expect(fences.length).to.equal(blocks.length * 2)
        const left = blocks.filter((block) => !run.has(block) && !SHOWN.includes(block.language))
        expect(left.map(({ heading, text }) => `${heading}: ${text}`)).to.deep.equal([])
        const hidden = blocks.filter(({ language, text }) => SHOWN.includes(language) && COMMAND.test(text))
        const own = hidden.filter(({ text }) => !text.includes('is ready at'))
        expect(own.map(({ text }) => text)).to.deep.equal([])
      })
    })
  }

  it('shows what a server prints when it is ready', () => {
    const database = { kind: 'sqlite', path: '/home/ada/job-server/data/jobs.db' } as const
    const printed = banner('http://127.0.0.1:3000', database, true).trim()
    expect(readGuide(fileOf('README.md')).map(({ text }) => text.trim())).to.include(printed)
  })
})

/** Opens a port of this machine. @returns its number. */
async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

/** Lines of a block that begin a command. */
function commandsIn(text: string): number {
  return text.replaceAll(/\\\n|'[^']*'/g, ' ').match(/^[^#\s].*$/gm)?.length ?? 0
}

/**
 * Where an answer has not the shape that is shown: a member is missing, or of another type. `null` stands for what may be absent; of a list,
 * the first items are compared.
 */
function shapeFlaw(shown: unknown, answered: unknown, at = ''): string | null {
  if (shown === null || answered === null) return null
  if (Array.isArray(shown)) {
    if (!Array.isArray(answered)) return `${at} is no list`
    return shown.length === 0 || answered.length === 0 ? null : shapeFlaw(shown[0], answered[0], `${at}/0`)
  }
  if (typeof shown !== typeof answered) return `${at} is ${typeof answered}, shown as ${typeof shown}`
  if (typeof shown !== 'object') return null
  for (const [name, value] of Object.entries(shown)) {
    if (!(name in (answered as object))) return `${at}/${name} is not in the answer`
    const flaw = shapeFlaw(value, (answered as Record<string, unknown>)[name], `${at}/${name}`)
    if (flaw !== null) return flaw
  }
  return null
}
