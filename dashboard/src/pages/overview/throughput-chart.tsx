import { useEffect, useRef, useState } from 'preact/hooks'
import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import { addressOf } from '../../lib/address.js'
import { formatCount, formatMinute } from '../../lib/format.js'
import { finishedIn, periodAt, stackedColumns, type Periods } from '../../lib/throughput.js'
import { go } from '../../shell/use-address.js'

const GRAIN_SECONDS: Readonly<Record<string, number>> = { '1h': 60, '24h': 3_600, '7d': 3_600 }

/** What finished, period by period: succeeded below, failed on top. Dragging leads to the jobs of that time. */
export function ThroughputChart({ data, span }: { readonly data: Periods; readonly span: string }) {
  const frame = useRef<HTMLDivElement>(null)
  const chart = useRef<uPlot | null>(null)
  const [pointed, setPointed] = useState<number | null>(null)
  const [theme, setTheme] = useState(0)

  useEffect(() => {
    const redraw = () => setTheme((count) => count + 1)
    addEventListener('themechange', redraw)
    return () => removeEventListener('themechange', redraw)
  }, [])

  useEffect(() => {
    const place = frame.current
    if (place === null) return
    const plot = new uPlot(optionsOf(place, span, setPointed), stackedColumns(data), place)
    chart.current = plot
    const observer = new ResizeObserver(() =>
      plot.setSize({ width: place.clientWidth, height: place.clientHeight }),
    )
    observer.observe(place)
    return () => {
      observer.disconnect()
      plot.destroy()
      chart.current = null
    }
  }, [span, theme])

  useEffect(() => chart.current?.setData(stackedColumns(data)), [data])

  const total = finishedIn(data)
  const shown = pointed === null ? undefined : data[pointed]
  return (
    <figure class="chart">
      <div
        ref={frame}
        role="img"
        aria-label={`${total.completed} jobs succeeded and ${total.failed} failed in this time`}
      />
      <figcaption>
        <span class="key is-succeeded">succeeded {formatCount(shown?.completed ?? total.completed)}</span>
        <span class="key is-failed">failed {formatCount(shown?.failed ?? total.failed)}</span>
        <span class="quiet">
          {shown === undefined ? 'in all' : `at ${formatMinute(new Date(shown.period))}`}
        </span>
      </figcaption>
    </figure>
  )
}

function optionsOf(place: HTMLElement, span: string, point: (index: number | null) => void): uPlot.Options {
  const style = getComputedStyle(place)
  const colour = (name: string) => style.getPropertyValue(name).trim()
  const axis = {
    stroke: colour('--text-quiet'),
    font: `11px ${style.fontFamily}`,
    ticks: { show: false },
    grid: { stroke: colour('--line-soft'), width: 1 },
  }
  const bars = uPlot.paths.bars?.({ size: [0.7, 22], align: 1, radius: 0.15 })
  const series = (label: string, name: string): uPlot.Series => ({
    label,
    fill: colour(name),
    width: 0,
    points: { show: false },
    ...(bars === undefined ? {} : { paths: bars }),
  })
  return {
    width: place.clientWidth,
    height: place.clientHeight,
    legend: { show: false },
    padding: [8, 20, 0, 0],
    scales: {
      // The last bar begins at its time: it needs room after that.
      x: { range: (_, min, max) => [min, max + (GRAIN_SECONDS[span] ?? 0)] },
      y: { range: (_, __, max) => [0, Math.max(4, max * 1.1)] },
    },
    axes: [
      {
        ...axis,
        space: 70,
        size: 26,
        values: (_, splits) => splits.map((at) => tickOf(new Date(at * 1_000), span)),
      },
      {
        ...axis,
        size: 44,
        values: (_, splits) => splits.map((n) => (Number.isInteger(n) ? formatCount(n) : '')),
      },
    ],
    series: [{}, series('failed', '--failed'), series('succeeded', '--succeeded')],
    cursor: { points: { show: false }, y: false, drag: { x: true, y: false, setScale: false } },
    hooks: {
      setCursor: [(plot) => point(pointedAt(plot))],
      setSelect: [(plot) => showJobs(plot)],
    },
  }
}

function tickOf(at: Date, span: string): string {
  const text = formatMinute(at)
  const [day = '', date = '', clock = ''] = text.split(' ')
  return span === '7d' ? `${day} ${date.slice(8)}` : clock
}

/** A bar reaches from its beginning to the next one: the nearest beginning may be the next one's. */
function pointedAt(plot: uPlot): number | null {
  const { left = -1 } = plot.cursor
  return left < 0 ? null : periodAt(plot.data[0], plot.posToVal(left, 'x'))
}

/** Narrower than it, a drag was a click. */
const LEAST_DRAG = 8

function showJobs(plot: uPlot): void {
  const { left, width } = plot.select
  if (width < LEAST_DRAG) return
  const instantAt = (x: number) => new Date(plot.posToVal(x, 'x') * 1_000).toISOString()
  go(addressOf('/jobs', { after: instantAt(left), before: instantAt(left + width) }))
}
