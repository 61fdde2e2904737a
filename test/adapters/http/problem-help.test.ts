import { readFileSync, writeFileSync } from 'node:fs'
import { expect } from 'chai'
import { PROBLEM_HELP } from '../../../src/adapters/http/problem-help.js'
import { PROBLEMS, type ProblemCode } from '../../../src/adapters/http/problem.js'
import { openHarness, type Harness } from './harness.js'

const PAGE = new URL('../../../docs/troubleshooting.md', import.meta.url)
/** What the page ends with. */
const HEADING = '\n## Problems by code\n'

describe('HTTP: what problems mean', () => {
  let api: Harness
  before(async () => (api = await openHarness()))
  after(() => api.close())

  it('is where the type of a problem leads, for every code', async () => {
    const refused = await api.call('GET', '/v1/jobs/not-an-id')
    const help = await api.call('GET', String(refused.body.type))
    expect(help.body).to.deep.equal({
      code: 'malformed-id',
      ...PROBLEMS['malformed-id'],
      ...PROBLEM_HELP['malformed-id'],
    })
    for (const code of Object.keys(PROBLEMS))
      expect((await api.call('GET', `/problems/${code}`)).status, code).to.equal(200)
  })

  it('is not told of what is no problem of this server', async () => {
    for (const code of ['no-such-problem', 'constructor', '__proto__'])
      expect((await api.call('GET', `/problems/${code}`)).body).to.include({ code: 'not-found' })
  })

  it('is on the page, as it is in the code', () => {
    const page = readFileSync(PAGE, 'utf8')
    const current = `${page.split(HEADING)[0] ?? ''}${HEADING}${sections()}`
    if (process.env['WRITE_TROUBLESHOOTING'] === 'true') writeFileSync(PAGE, current)
    else expect(page, 'run: npm run troubleshooting-page').to.equal(current)
  })
})

function sections(): string {
  const codes = Object.keys(PROBLEMS) as ProblemCode[]
  return codes
    .map((code) => {
      const [{ status, title }, { cause, remedy }] = [PROBLEMS[code], PROBLEM_HELP[code]]
      return `\n### ${code}\n\n${status}, ${title}. ${cause}\n\n${remedy}\n`
    })
    .join('')
}
