import { expect } from 'chai'
import fc from 'fast-check'
import { storedName } from '../../../src/adapters/files/stored-name.js'

describe('files: stored names', () => {
  const cases: readonly [string, string][] = [
    ['video.mp4', 'video.mp4'],
    ['My holiday (2).MP4', 'My_holiday_2.MP4'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\videos\\x.avi', 'x.avi'],
    ['-i', 'i'],
    ['.htaccess', 'file.htaccess'],
    ['...', 'file'],
    ['', 'file'],
    [`${'x'.repeat(79)}..y.mp4`, `${'x'.repeat(79)}.mp4`],
    ['日本.mp4', 'file.mp4'],
    ['Größe né.mp4', 'Gro_e_ne.mp4'],
    ['a\u0000b\r\nc.mp4', 'a_b_c.mp4'],
    ['a\u202egpj.mp4', 'a_gpj.mp4'],
    ['con', 'con'],
    ['a;rm -rf $(x) "y".mp4', 'a_rm_-rf_x_y.mp4'],
    [`${'x'.repeat(5_000)}.mp4`, `${'x'.repeat(80)}.mp4`],
    [`x.${'y'.repeat(500)}`, `x.${'y'.repeat(78)}`],
  ]
  for (const [given, kept] of cases) {
    it(`keeps ${JSON.stringify(given.slice(0, 30))} as ${kept.slice(0, 30)}`, () => {
      expect(storedName('id', given)).to.equal(`id-${kept}`)
    })
  }

  it('holds nothing but harmless characters, whatever is given', () => {
    const text = fc
      .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 300 })
      .map((units) => String.fromCharCode(...units))
    const dotted = fc.array(fc.constantFrom('.', '-', '_', '/', 'a', ' '), { maxLength: 200 })
    fc.assert(
      fc.property(
        fc.oneof(
          text,
          dotted.map((parts) => parts.join('')),
        ),
        (given) => {
          const name = storedName('id', given)
          return /^id-[A-Za-z0-9][A-Za-z0-9._-]{0,90}$/.test(name) && !name.includes('..')
        },
      ),
    )
  })
})
