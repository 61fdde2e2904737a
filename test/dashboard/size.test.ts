import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { expect } from 'chai'
import { buildOnce } from '../e2e/support/role-process.js'

const MOST_BYTES = 90_000
const PAGE = new URL('../../dist/dashboard/', import.meta.url)

describe('the built page', () => {
  before(buildOnce)

  it('loads at most 90 kB of script, compressed, and nothing that is not beside it', async () => {
    const html = await readFile(fileURLToPath(new URL('index.html', PAGE)), 'utf8')
    const addresses = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address!)
    expect(addresses.filter((address) => !address.startsWith('./'))).to.deep.equal([])
    const scripts = addresses.filter((address) => address.endsWith('.js'))
    expect(scripts).to.have.length.greaterThan(0)
    const sizes = await Promise.all(
      scripts.map(async (path) => gzipSync(await readFile(fileURLToPath(new URL(path, PAGE)))).length),
    )
    expect(sizes.reduce((sum, size) => sum + size, 0)).to.be.at.most(MOST_BYTES)
  })

  it('has no inline script or style, which its policy would keep out', async () => {
    const html = await readFile(fileURLToPath(new URL('index.html', PAGE)), 'utf8')
    expect(html).to.not.match(/<script(?![^>]*\bsrc=)|<style|\sstyle=|\son\w+=/)
  })
})
