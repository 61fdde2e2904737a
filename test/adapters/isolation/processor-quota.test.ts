import { expect } from 'chai'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { ProcessorQuota } from '../../../src/adapters/isolation/processor-quota.js'
import { SpareProcessors } from '../../../src/adapters/isolation/spare-processors.js'

describe('ProcessorQuota', () => {
  let folder: string
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'quota-'))))
  afterEach(() => {
    rmSync(folder, { recursive: true })
  })

  function write(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), text)
    }
  }

  function quota(own: string): ProcessorQuota {
    write({ own })
    return ProcessorQuota.ofThisProcess(folder, join(folder, 'own'))
  }

  it('is the limit of a container, as that is shown inside', () => {
    write({ 'cpu.max': '150000 100000\n', 'cpu.stat': 'usage_usec 5\nnr_periods 9\nnr_throttled 4\n' })
    const { processors } = quota('0::/\n')
    expect(processors).to.equal(1.5)
    expect(quota('0::/\n').timesThrottled()).to.equal(4)
  })

  it('is the least of all groups that the process is in, and each of them holds it up', () => {
    write({
      'a/cpu.max': '200000 100000\n',
      'a/cpu.stat': 'nr_throttled 3\n',
      'a/b/cpu.max': 'max 100000\n',
      'a/b/cpu.stat': 'nr_throttled 100\n',
      'a/b/c/cpu.max': '50000 100000\n',
      'a/b/c/cpu.stat': 'nr_throttled 40\n',
    })
    expect(quota('0::/a/b/c\n').processors).to.equal(0.5)
    expect(quota('0::/a/b/c\n').timesThrottled()).to.equal(43)
    expect(quota('0::/a/b\n').processors).to.equal(2)
  })

  it('is found in the first version of control groups, too, where paths may be those outside of a container', () => {
    write({
      'cpu/cpu.cfs_quota_us': '300000\n',
      'cpu/cpu.cfs_period_us': '100000\n',
      'cpu/cpu.stat': 'nr_periods 7\nnr_throttled 6\nthrottled_time 5\n',
    })
    const own = '5:memory:/docker/abc\n4:cpu,cpuacct:/docker/abc\n0::/docker/abc\n'
    expect(quota(own).processors).to.equal(3)
    expect(quota(own).timesThrottled()).to.equal(6)
  })

  it('is none where nothing is limited or nothing is known', () => {
    write({ 'cpu/cpu.cfs_quota_us': '-1\n', 'cpu/cpu.cfs_period_us': '100000\n' })
    expect(quota('4:cpu:/\n').processors).to.equal(Infinity)
    expect(quota('').timesThrottled()).to.equal(0)
    expect(ProcessorQuota.ofThisProcess(join(folder, 'none'), join(folder, 'none')).processors).to.equal(
      Infinity,
    )
  })
})

describe('SpareProcessors', () => {
  it('has none for processes that were held up since the last look', () => {
    let [at, throttled] = [0, 0]
    const spare = new SpareProcessors({ processors: 2, timesThrottled: () => throttled }, () => at)
    at += 150
    throttled += 1
    expect(spare.any()).to.equal(false)
    at += 149
    expect(spare.any(), 'before it has looked again').to.equal(false)
  })
})
