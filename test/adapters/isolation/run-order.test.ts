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
      order.endOfMessages(() => told.push(`end ${n}`), false)
    }
    add('messages', 'message 1')
    end(1)
    add('messages', 'message 2')
    end(2)
    add('stderr', 'stderr 1')
    order.endOfOutput('stderr')
    expect(told).to.deep.equal(['message 1', 'stderr 1'])
    add('stdout', 'stdout 1')
    order.endOfOutput('stdout')
    add('stdout', 'stdout 2')
    expect(told.slice(2)).to.deep.equal(['stdout 1', 'end 1', 'message 2', 'stdout 2'])
    order.endOfOutput('stdout')
    order.endOfOutput('stderr')
    add('stderr', 'stderr 3')
    expect(told.slice(6)).to.deep.equal(['end 2', 'stderr 3'])
  })

  it('waits for no output of a run that wrote nothing, and gives it none of the next one', () => {
    const told: string[] = []
    const order = new RunOrder()
    const end = (text: string, isSilent: boolean): void => {
      order.endOfMessages(() => told.push(text), isSilent)
    }
    end('end 1', true)
    expect(told).to.deep.equal(['end 1'])
    end('end 2', false)
    end('end 3', true)
    order.endOfOutput('stdout')
    order.add('stdout', () => told.push('stdout 4'))
    expect(told).to.deep.equal(['end 1'])
    order.endOfOutput('stderr')
    expect(told).to.deep.equal(['end 1', 'end 2', 'end 3', 'stdout 4'])
    end('end 4', false)
    end('end 5', true)
    order.endOfOutput('stderr')
    expect(told).to.have.length(4)
    order.endOfOutput('stdout')
    expect(told.slice(4)).to.deep.equal(['end 4', 'end 5'])
  })
})
