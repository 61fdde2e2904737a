import { readdirSync, readFileSync } from 'node:fs'
import { expect } from 'chai'
import * as inIsolates from '../src/handlers.js'
import * as frontDoor from '../src/index.js'

describe('the front door', () => {
  it('lets in every port, so that an adapter of whatever kind can be written against it', () => {
    const ports = readdirSync(new URL('../src/application/ports/', import.meta.url))
    const text = readFileSync(new URL('../src/ports.ts', import.meta.url), 'utf8')
    const open = [...text.matchAll(/^export type \* from '[.]\/application\/ports\/(.+)[.]js'$/gm)]
    expect(open.map(([, name]) => `${name}.ts`)).to.have.members(ports)
  })

  it('lets in every error that a port asks its adapters to throw', () => {
    const ports = new URL('../src/application/ports/', import.meta.url)
    const texts = readdirSync(ports).map((name) => readFileSync(new URL(name, ports), 'utf8'))
    const asked = texts.flatMap((text) =>
      (text.match(/@throws[^@]*?\*\/|\bThrows .*/g) ?? []).flatMap(
        (says) => says.match(/\b[A-Z]\w+Error\b/g) ?? [],
      ),
    )
    expect(asked).to.include('StorageReadOnlyError')
    expect(asked.filter((name) => !(name in frontDoor) && !(name in globalThis))).to.deep.equal([])
  })

  it('is told on the page of definitions what of it there is in the process of a job', () => {
    const page = readFileSync(new URL('../JOB_DEFINITIONS.md', import.meta.url), 'utf8')
    const [, told = ''] = /In that process, `job-server` is only ([^.]*)\./.exec(page) ?? []
    const names = [...told.matchAll(/`(\w+)`/g)].map(([, name]) => name)
    expect(names).to.have.members(Object.keys(inIsolates))
    expect(Object.keys(frontDoor)).to.include.members(names)
  })
})
