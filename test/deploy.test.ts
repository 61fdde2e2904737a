import { readFileSync } from 'node:fs'
import { expect } from 'chai'
import { createMemoryStores } from '../src/adapters/memory/memory-stores.js'
import { PrometheusMetrics } from '../src/adapters/telemetry/prometheus-metrics.js'
import { FakeClock } from './support/fake-clock.js'

const read = (name: string): string => readFileSync(new URL(`../deploy/${name}`, import.meta.url), 'utf8')

interface Dashboard {
  readonly panels: readonly {
    readonly id: number
    readonly title: string
    readonly gridPos: object
    readonly targets: readonly { readonly expr: string }[]
  }[]
}

describe('what is deployed beside the server', () => {
  /** Names of all series that a server has, with what histograms add. */
  async function known(): Promise<Set<string>> {
    const clock = new FakeClock()
    const { metrics, ping } = createMemoryStores({ clock })
    const text = await new PrometheusMetrics({ metrics, connections: () => [], clock, ping }).text()
    const types = [...text.matchAll(/^# TYPE (\w+) (\w+)$/gm)]
    return new Set(
      types.flatMap(([, name = '', type]) =>
        type === 'histogram' ? ['_bucket', '_sum', '_count'].map((part) => name + part) : [name],
      ),
    )
  }

  const namesIn = (expr: string): string[] => expr.match(/job_server_\w+/g) ?? []

  it('asks for series that exist, in every panel of the dashboard', async () => {
    const { panels } = JSON.parse(read('grafana/dashboard.json')) as Dashboard
    const series = await known()
    expect(new Set(panels.map(({ id }) => id)).size).to.equal(panels.length)
    for (const { title, targets } of panels) {
      const names = targets.flatMap(({ expr }) => namesIn(expr))
      expect(names, title).to.have.length.of.at.least(1)
      expect(
        names.filter((name) => !series.has(name)),
        title,
      ).to.deep.equal([])
    }
  })

  it('asks for series that exist, in every alert', async () => {
    const text = read('prometheus/alerts.yml')
    const alerts = text.split(/^ {6}- alert: /m).slice(1)
    const series = await known()
    expect(alerts).to.have.length.of.at.least(5)
    for (const alert of alerts) {
      const [name = ''] = alert.split('\n')
      const expr = /^ {8}expr: (\S.*)$/m.exec(alert)?.[1] ?? ''
      expect(namesIn(expr), name).to.have.length.of.at.least(1)
      expect(
        namesIn(expr).filter((used) => !series.has(used)),
        name,
      ).to.deep.equal([])
      expect(alert, name).to.match(/^ {8}labels: \{ severity: (warning|critical) \}$/m)
      expect(alert, name).to.match(/^ {10}summary: '.+'$/m)
      expect((expr.match(/\(/g) ?? []).length, name).to.equal((expr.match(/\)/g) ?? []).length)
    }
  })

  it('shows every series on the dashboard', async () => {
    const shown = new Set(namesIn(read('grafana/dashboard.json')))
    const missing = [...(await known())].filter((name) => !/_(sum|count)$/.test(name) && !shown.has(name))
    expect(missing).to.deep.equal([])
  })
})
