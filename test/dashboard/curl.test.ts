import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect } from 'chai'
import fc from 'fast-check'
import { againBody } from '../../dashboard/src/lib/again.js'
import { curlOf } from '../../dashboard/src/lib/curl.js'

/** What a shell makes of the command: its words, with curl's name replaced by one that prints them. */
async function wordsOf(command: string): Promise<string[]> {
  const script = `curl() { for word in "$@"; do printf '%s\\0' "$word"; done; }\n${command}`
  const { stdout } = await promisify(execFile)('sh', ['-c', script], { env: { KEY: 'from-the-shell' } })
  return stdout.split('\0').slice(0, -1)
}

describe('a curl command', () => {
  it('reaches curl as it was meant, whatever a body holds', async () => {
    const text = fc.string({ unit: 'binary-ascii' })
    await fc.assert(
      fc.asyncProperty(fc.dictionary(text, text), async (body) => {
        const words = await wordsOf(
          curlOf({ method: 'POST', url: 'http://h/v1/jobs', body, needsKey: false }),
        )
        expect(words).to.deep.equal([
          ...['-X', 'POST', 'http://h/v1/jobs', '-H', 'Content-Type: application/json', '-d'],
          JSON.stringify(body),
        ])
      }),
      { numRuns: 25 },
    )
  })

  it('names the place of a key, never a key', async () => {
    const command = curlOf({ method: 'GET', url: 'http://h/v1/jobs?q=a&b', needsKey: true })
    expect(command).to.contain('$KEY')
    expect(await wordsOf(command)).to.deep.equal([
      'http://h/v1/jobs?q=a&b',
      '-H',
      'Authorization: Bearer from-the-shell',
    ])
  })
})

describe('a job that is run again', () => {
  it('does not take the idempotency key along', () => {
    const job = { definitionKey: 'echo', definitionVersion: 1, params: { a: 1 }, priority: 0, maxAttempts: 3 }
    expect(againBody({ ...job, ...{ idempotencyKey: 'used' } })).to.deep.equal({
      definitionKey: 'echo',
      definitionVersion: 1,
      params: { a: 1 },
      maxAttempts: 3,
    })
  })
})
