import { expect } from 'chai'
import { RunOrder } from '../../../src/adapters/isolation/run-order.js'

describe('RunOrder', () => {
  it('tells what comes in three ways run by run, whichever way is ahead', () => {
    const told: string[] = []
    const order = new RunOrder()
    const add = (way: 'messages' | 'stdout' | 'stderr', text: string): void => {
      order.add(way, () => told.push(text))
    }
    const end = (n: number): void => {
      order.end('messages', () => told.push(`end ${n}`))
    }
    add('messages', 'message 1')
    end(1)
    add('messages', 'message 2')
    end(2)
    add('stderr', 'stderr 1')
    order.end('stderr')
    expect(told).to.deep.equal(['message 1', 'stderr 1'])
    add('stdout', 'stdout 1')
    order.end('stdout')
    add('stdout', 'stdout 2')
    expect(told.slice(2)).to.deep.equal(['stdout 1', 'end 1', 'message 2', 'stdout 2'])
    order.end('stdout')
    order.end('stderr')
    add('stderr', 'stderr 3')
    expect(told.slice(6)).to.deep.equal(['end 2', 'stderr 3'])
  })
})
