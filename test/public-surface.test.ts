import { readdirSync, readFileSync } from 'node:fs'
import { expect } from 'chai'

describe('the front door', () => {
  it('lets in every port, so that an adapter of whatever kind can be written against it', () => {
    const ports = readdirSync(new URL('../src/application/ports/', import.meta.url))
    const text = readFileSync(new URL('../src/ports.ts', import.meta.url), 'utf8')
    const open = [...text.matchAll(/^export type \* from '[.]\/application\/ports\/(.+)[.]js'$/gm)]
    expect(open.map(([, name]) => `${name}.ts`)).to.have.members(ports)
  })
})
