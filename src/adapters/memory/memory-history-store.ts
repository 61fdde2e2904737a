import type { HistoryStore, PruneAnswer, PruneRequest } from '../../application/ports/history-store.js'
import { VIDEO_DEFINITION } from '../../application/ports/history-store.js'
import { isFinished, type Job } from '../../domain/job.js'
import type { MemoryState } from './memory-state.js'

export class MemoryHistoryStore implements HistoryStore {
  constructor(private readonly state: MemoryState) {}

  prune({ leadership, endedBefore, limit }: PruneRequest): Promise<PruneAnswer> {
    if (!this.state.leads(leadership)) return Promise.resolve({ outcome: 'superseded' })
    const over = [...this.state.jobs.values()].flatMap((job) => {
      const before = isFinished(job) ? endedBefore[job.status] : undefined
      return isFinished(job) && before !== undefined && job.finishedAt < before ? [job] : []
    })
    const going = over.sort((a, b) => a.finishedAt.getTime() - b.finishedAt.getTime()).slice(0, limit)
    for (const job of going) this.state.remove(job)
    return Promise.resolve({ outcome: 'pruned', jobs: going.length })
  }

  namedFiles(names: readonly string[]): Promise<ReadonlySet<string>> {
    const named = new Set([...this.state.jobs.values()].flatMap(filesOf))
    return Promise.resolve(new Set(names.filter((name) => named.has(name))))
  }
}

function filesOf(job: Job): string[] {
  if (job.definitionKey !== VIDEO_DEFINITION) return []
  const result = isFinished(job) ? job.result : null
  const { outputPath } = (result ?? {}) as { readonly outputPath?: unknown }
  const paths = [job.params['inputPath'], outputPath].filter((path) => typeof path === 'string')
  return paths.map((path) => path.slice(path.lastIndexOf('/') + 1))
}
