import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect } from 'chai'
import ts from 'typescript'
import {
  builtinDefinitions,
  type BuiltinDependencies,
} from '../src/adapters/definitions/builtin-definitions.js'
import type { HttpDeps } from '../src/adapters/http/deps.js'
import type { Route } from '../src/adapters/http/route.js'
import { bulkRoutes } from '../src/adapters/http/routes/bulk.js'
import { deadLetterRoutes } from '../src/adapters/http/routes/dead-letters.js'
import { deliveryRoutes } from '../src/adapters/http/routes/deliveries.js'
import { insightRoutes } from '../src/adapters/http/routes/insight.js'
import { liveRoutes } from '../src/adapters/http/routes/live.js'
import { jobRoutes } from '../src/adapters/http/routes/jobs.js'
import { metricsRoutes } from '../src/adapters/http/routes/metrics.js'
import { pauseRoutes } from '../src/adapters/http/routes/pause.js'
import { runRoutes } from '../src/adapters/http/routes/runs.js'
import { scheduleActionRoutes } from '../src/adapters/http/routes/schedule-actions.js'
import { scheduleRoutes } from '../src/adapters/http/routes/schedules.js'
import { serviceRoutes } from '../src/adapters/http/routes/service.js'
import { videoRoutes } from '../src/adapters/http/routes/videos.js'
import { TRANSITIONS } from '../src/domain/job.js'
import { refOf } from '../src/domain/job-definition.js'
import { LIFECYCLE_EVENTS } from '../src/domain/job-event.js'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** What the package's own names mean to the pages. */
const PACKAGE = {
  'job-server': [join(ROOT, 'src/index.ts')],
  'job-server/testing': [join(ROOT, 'src/testing/index.ts')],
  'job-server/client': [join(ROOT, 'src/client/index.ts')],
}
const PAGES = ['.', 'docs', 'docs/adr'].flatMap((folder) =>
  readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name)),
)

describe('the documents', () => {
  for (const page of ['ARCHITECTURE.md', 'docs/state-machine.md']) {
    it(`draw the state machine of the code in ${page}`, () => {
      const diagram = fences(page, 'mermaid').find((text) => text.startsWith('stateDiagram'))
      const drawn = [...(diagram ?? '').matchAll(/^\s*(\S+) --> (\S+?)(:.*)?$/gm)].map(
        ([, from, to]) => `${from} ${to}`,
      )
      const final = Object.keys(TRANSITIONS).filter((from) => targets(from).length === 0)
      expect(drawn).to.have.members([
        '[*] queued',
        ...Object.keys(TRANSITIONS).flatMap((from) => targets(from).map((to) => `${from} ${to}`)),
        ...final.map((status) => `${status} [*]`),
      ])
    })
  }

  it('tell of every event that the server writes', () => {
    const rows = section('docs/state-machine.md', 'Events').matchAll(/^\| (`.*?) \|/gm)
    const told = [...rows].flatMap(([, cell]) => [...cell!.matchAll(/`(\w+)`/g)].map(([, type]) => type))
    expect(told).to.have.members([...LIFECYCLE_EVENTS])
  })

  it('list every endpoint with what its query takes, and no other', () => {
    const deps = {} as HttpDeps
    const routes = [
      ...jobRoutes(deps),
      ...liveRoutes(deps),
      ...runRoutes(deps),
      ...deliveryRoutes(deps),
      ...insightRoutes(deps),
      ...bulkRoutes(deps),
      ...deadLetterRoutes(deps),
      ...pauseRoutes(deps),
      ...scheduleRoutes(deps),
      ...scheduleActionRoutes(deps),
      ...videoRoutes(deps),
      ...metricsRoutes(deps),
      ...serviceRoutes(deps, () => ({})),
    ]
    const rows = section('QUICK_REFERENCE.md', 'Endpoints').matchAll(/^\| `([A-Z]+ \S+)` \|(.*)$/gm)
    const told = new Map([...rows].map(([, line = '', says = '']) => [line, says]))
    const lineOf = ({ method, path }: Route): string => `${method.toUpperCase()} ${path}`
    expect([...told.keys()]).to.have.members(routes.map(lineOf))
    const untold = routes.flatMap((route) =>
      Object.keys(route.query?.shape ?? {})
        .filter((name) => !told.get(lineOf(route))?.includes(`\`${name}\``))
        .map((name) => `${lineOf(route)}: ${name}`),
    )
    expect(untold).to.deep.equal([])
  })

  it('list every built-in definition, and no other', () => {
    const definitions = builtinDefinitions({ callApiMode: 'simulate' } as BuiltinDependencies)
    const told = [
      ...section('JOB_DEFINITIONS.md', 'Built-in definitions').matchAll(/^\| `(\S+@\d+)` \|/gm),
    ].map(([, ref]) => ref)
    expect(told).to.have.members(definitions.map(refOf))
  })

  it('point to pages and files that exist', () => {
    const missing = PAGES.flatMap((page) => {
      const text = read(page)
      const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)].map(([, to]) =>
        join(dirname(page), to!),
      )
      const named = [...text.matchAll(/`((?:src|test|docs|migrations|scripts|examples)\/[\w./-]*)`/g)].map(
        ([, path]) => path!,
      )
      return [...links, ...named]
        .filter((path) => !existsSync(join(ROOT, path)))
        .map((path) => `${page}: ${path}`)
    })
    expect(missing).to.deep.equal([])
  })

  it('name commands that exist', () => {
    const { scripts } = JSON.parse(read('package.json')) as { scripts: Record<string, string> }
    const named = PAGES.flatMap((page) =>
      [...read(page).matchAll(/npm run ([\w:-]+)/g)].map(([, name]) => name!),
    )
    expect(named.filter((name) => scripts[name] === undefined)).to.deep.equal([])
  })

  it('show for the command line what the quick reference shows, where it is executed', () => {
    const executed = read('QUICK_REFERENCE.md').split('\n')
    const shown = fences('docs/command-line.md', 'text').flatMap((text) =>
      text.match(/^npx job-server (?!db ).*/gm),
    )
    expect(shown).to.have.length.greaterThan(3)
    expect(shown.filter((line) => !executed.includes(line ?? ''))).to.deep.equal([])
  })

  it('say of each invariant what holds it', () => {
    const rows = [...read('docs/guarantees.md').matchAll(/^\| (I\d+) \|/gm)].map(([, name]) => name)
    expect(rows).to.deep.equal(Array.from({ length: 16 }, (_, index) => `I${index + 1}`))
  })

  it('name for each invariant a test that there is', () => {
    const page = read('docs/guarantees.md')
    const untested = [...page.matchAll(/^\| (I\d+) \|.*$/gm)].filter(([row]) => !/`test\/[\w./-]+`/.test(row))
    expect(untested.map(([, name]) => name)).to.deep.equal([])
    const named = [...page.matchAll(/`(test\/[\w./-]+\.ts)` \("([^"]+)"\)/g)]
    expect(named.length).to.be.greaterThan(10)
    const gone = named.filter(([, file = '', name = '']) => !read(file).includes(name))
    expect(gone.map(([text]) => text)).to.deep.equal([])
    const held = [...read('test/support/invariants.sql').matchAll(/^-- (I\d+):/gm)].map(([, name]) => name!)
    expect([...new Set(held)].filter((name) => !new RegExp(`\\b${name}\\b`).test(page))).to.deep.equal([])
  })

  it('point to headings that exist', () => {
    const missing = PAGES.flatMap((page) =>
      [...read(page).matchAll(/\]\((?!https?:)([^)#]*)#([^)]+)\)/g)].flatMap(([, file = '', anchor = '']) => {
        const target = file === '' ? page : join(dirname(page), file)
        return anchorsOf(target).includes(anchor) ? [] : [`${page}: ${target}#${anchor}`]
      }),
    )
    expect(missing).to.deep.equal([])
  })

  it('tell of every table', () => {
    const told = [...section('SYSTEM_DESIGN.md', 'Data').matchAll(/^\| (`.*?) \|/gm)]
    const names = told.flatMap(([, cell]) => [...cell!.matchAll(/`(\w+)`/g)].map(([, name]) => name))
    const made = readdirSync(join(ROOT, 'migrations')).flatMap((file) =>
      [...read(`migrations/${file}`).matchAll(/create (?:table|view) (\w+)/g)].map(([, name]) => name!),
    )
    expect(names).to.have.members([...new Set(made)])
  })

  it('show code that compiles', function () {
    this.timeout(120_000)
    const examples = new Map(
      PAGES.flatMap((page) =>
        fences(page, 'ts').map((text, index): [string, string] => [
          join(ROOT, `example-${index + 1}-in-${page.replaceAll('/', '-')}.ts`),
          `${text}\nexport {}\n`,
        ]),
      ),
    )
    expect(examples.size).to.be.greaterThan(0)
    expect(compilerErrors(examples)).to.deep.equal([])
  })
})

/** Type errors of files that exist only here, compiled as a user's module beside this project would be. */
function compilerErrors(files: ReadonlyMap<string, string>): string[] {
  const { config } = ts.readConfigFile(join(ROOT, 'tsconfig.json'), ts.sys.readFile) as { config: unknown }
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, ROOT)
  const host = ts.createCompilerHost(options)
  const { fileExists, readFile } = host
  host.fileExists = (path) => files.has(path) || fileExists(path)
  host.readFile = (path) => files.get(path) ?? readFile(path)
  const program = ts.createProgram(
    [...files.keys()],
    { ...options, noUnusedLocals: false, paths: PACKAGE },
    host,
  )
  return [...files.keys()].flatMap((path) => {
    const source = program.getSourceFile(path)
    const found = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)]
    return found.map(({ messageText }) => `${path}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`)
  })
}

function targets(status: string): readonly string[] {
  return TRANSITIONS[status as keyof typeof TRANSITIONS]
}

function read(page: string): string {
  return readFileSync(join(ROOT, page), 'utf8')
}

function fences(page: string, language: string): string[] {
  return [...read(page).matchAll(/^```(\w+)\n(.*?)^```$/gms)].flatMap(([, name, text]) =>
    name === language ? [text!] : [],
  )
}

/** As GitHub makes them of headings. */
function anchorsOf(page: string): string[] {
  const headings = [
    ...read(page)
      .replaceAll(/^```.*?^```$/gms, '')
      .matchAll(/^#+ (.*)$/gm),
  ]
  return headings.map(([, title = '']) =>
    title
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, '')
      .replaceAll(' ', '-'),
  )
}

function section(page: string, heading: string): string {
  const start = read(page).split(new RegExp(`^## ${heading}$`, 'm'))[1] ?? ''
  return start.split(/^## /m)[0] ?? ''
}
