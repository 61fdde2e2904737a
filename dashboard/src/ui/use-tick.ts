import { useEffect, useState } from 'preact/hooks'
import { serverNow } from '../api/request.js'

/** One timer for all who ask for the same period: a list has a hundred of them. */
class Ticker {
  private readonly viewers = new Set<(now: number) => void>()
  private timer: ReturnType<typeof setInterval> | undefined

  constructor(private readonly everyMs: number) {}

  follow(viewer: (now: number) => void): () => void {
    if (this.viewers.size === 0) {
      this.timer = setInterval(this.tick, this.everyMs)
      document.addEventListener('visibilitychange', this.tick)
    }
    this.viewers.add(viewer)
    return () => {
      this.viewers.delete(viewer)
      if (this.viewers.size > 0) return
      clearInterval(this.timer)
      document.removeEventListener('visibilitychange', this.tick)
    }
  }

  private readonly tick = () => {
    if (document.hidden) return
    const now = serverNow()
    for (const viewer of this.viewers) viewer(now)
  }
}

const tickers = new Map<number, Ticker>()

function tickerOf(everyMs: number): Ticker {
  const ticker = tickers.get(everyMs) ?? new Ticker(everyMs)
  tickers.set(everyMs, ticker)
  return ticker
}

/** Now, as often as asked for; no need to ask while nobody looks. What is drawn between two ticks is as new as they are. */
export function useTick(everyMs: number): number {
  const [, draw] = useState(serverNow)
  useEffect(() => tickerOf(everyMs).follow(draw), [everyMs])
  return serverNow()
}
