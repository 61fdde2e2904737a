import { expect } from 'chai'
import { spawn } from 'node:child_process'
import { openSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { Tickets } from '../../../src/adapters/isolation/tickets.js'

/** Takes tickets of descriptor 3 as an isolate does, in a process of its own, until it has the last one. */
const TAKER = `
const { readSync } = require('node:fs')
const ticket = Buffer.alloc(4)
const taken = []
process.stdout.write('ready')
do {
  if (readSync(3, ticket, 0, 4, null) === 4) taken.push(ticket.readUInt32LE(0))
} while (taken.at(-1) !== 0)
process.stdout.write(JSON.stringify(taken))
`

describe('Tickets', () => {
  it('are each taken once, by one of two processes that both want them, in their order', async () => {
    const tickets = Tickets.create()
    if (tickets === null) throw new Error('there is no directory for temporary files')
    const child = spawn(process.execPath, ['-e', TAKER], {
      stdio: ['ignore', 'pipe', 'inherit', tickets.file],
    })
    let text = ''
    await new Promise<void>((ready) =>
      child.stdout?.setEncoding('utf8').on('data', (piece: string) => {
        text += piece
        ready()
      }),
    )
    const back: number[] = []
    for (let number = 1; number <= 20_000; number += 1) {
      tickets.add(number)
      if (number % 3 === 0) tickets.write()
      if (number % 7 === 0) back.push(...tickets.takeBack())
      if (number % 1_000 === 0) await setImmediate()
    }
    back.push(...tickets.takeBack())
    tickets.add(0)
    tickets.write()
    await new Promise((closed) => child.once('close', closed))
    tickets.close()
    const taken = (JSON.parse(text.replace('ready', '')) as number[]).slice(0, -1)
    expect(taken).to.deep.equal([...taken].sort((a, b) => a - b))
    expect(taken.length, 'taken there').to.be.greaterThan(0)
    expect(back.length, 'taken here').to.be.greaterThan(0)
    const all = [...taken, ...back].sort((a, b) => a - b)
    expect(all).to.deep.equal(Array.from({ length: 20_000 }, (_, index) => index + 1))
  })

  it('are refused by a full disk', () => {
    const tickets = new Tickets(openSync('/dev/full', 'w'))
    tickets.add(1)
    tickets.add(2)
    expect(() => {
      tickets.write()
    }).to.throw('ENOSPC')
    tickets.close()
  })

  it("that were not written are still the worker's, once", () => {
    const tickets = Tickets.create()
    tickets?.add(1)
    tickets?.write()
    tickets?.add(2)
    expect([...(tickets?.takeBack() ?? [])].sort()).to.deep.equal([1, 2])
    expect([...(tickets?.takeBack() ?? [])]).to.deep.equal([])
    tickets?.close()
  })
})
