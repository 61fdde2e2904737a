import type { Changes, JobChange } from './ports/change-channel.js'

/** Changes gathered for a while: of each job the last status that was told, and never more jobs than can be named. */
export class ChangeSet {
  private jobs = new Map<string, JobChange>()
  private definitions = new Set<string>()
  private more = false

  constructor(private readonly maxJobs: number) {}

  add({ jobs, definitions, more }: Changes): void {
    for (const { jobId, status } of jobs) {
      const known = this.jobs.get(jobId)
      if (known !== undefined || this.jobs.size < this.maxJobs)
        this.jobs.set(jobId, { jobId, status: status ?? known?.status ?? null })
      else this.more = true
    }
    for (const key of definitions) this.definitions.add(key)
    this.more ||= more
  }

  get isEmpty(): boolean {
    return this.jobs.size === 0 && this.definitions.size === 0 && !this.more
  }

  /** Everything that was added since it was last taken. */
  take(): Changes {
    const taken = { jobs: [...this.jobs.values()], definitions: [...this.definitions], more: this.more }
    this.jobs = new Map()
    this.definitions = new Set()
    this.more = false
    return taken
  }
}
