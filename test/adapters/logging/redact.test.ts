import { expect } from 'chai'
import { redactor } from '../../../src/adapters/logging/redact.js'

describe('redaction', () => {
  it('hides known secrets wherever they stand, in the ways in which they are written', () => {
    const redact = redactor(['s3cr"et/1', 's3cr"et'])
    expect(redact('a s3cr"et/1, a s3cr"et')).to.equal('a ***, a ***')
    expect(redact(JSON.stringify({ deep: { list: ['xs3cr"et/1x'] } }))).to.equal(
      '{"deep":{"list":["x***x"]}}',
    )
    expect(redact(`https://example/?key=${encodeURIComponent('s3cr"et/1')}`)).to.equal(
      'https://example/?key=***',
    )
  })

  it('hides what looks like a credential', () => {
    const redact = redactor([])
    const key = `jsk_${'a'.repeat(43)}`
    for (const [line, safe] of [
      ['Authorization: Bearer abc.def-1', 'Authorization: Bearer ***'],
      ['{"authorization":"bearer abc=="}', '{"authorization":"bearer ***"}'],
      ['authorization=Basic dXNlcjpw', 'authorization=Basic ***'],
      ['postgres://user:pass@db:5432/jobs', 'postgres://***@db:5432/jobs'],
      ['at postgresql://u:p@ss@db/jobs and more', 'at postgresql://***@db/jobs and more'],
      ['"https://u:p@example.com/x"', '"https://***@example.com/x"'],
      [`key ${key}.`, 'key ***.'],
    ] as const)
      expect(redact(line)).to.equal(safe)
  })

  it('leaves everything else as it is', () => {
    const line =
      '{"message":"ready","url":"http://localhost:3000/a@b","mail":"a@b.example","bearer":"of news"}'
    expect(redactor([''])(line)).to.equal(line)
  })
})
