import { firstPlace } from './first-place.js'
import { claimOrder, type ClaimPlace } from './job.js'

/** The jobs of one definition that wait. */
export interface ClaimQueue<Candidate extends ClaimPlace> {
  /** The first of them, due or not: none that is due comes before it. */
  readonly first: ClaimPlace
  /** Its first due jobs in the order of claims, no more than `most`; where there are fewer, it has no others. */
  due(most: number): readonly Candidate[]
}

/** So many jobs at least are read of a queue that has the next one. */
const LEAST_READ = 4

/**
 * The first due jobs of several queues together, in the order of claims, no more than `most`. However many queues there are, it reads few more
 * jobs than it answers: of each queue only when all that comes before its own is taken, and twice as many each time.
 */
export function firstDue<Candidate extends ClaimPlace>(
  queues: readonly ClaimQueue<Candidate>[],
  most: number,
): readonly Candidate[] {
  const read = Math.max(LEAST_READ, Math.ceil((2 * most) / queues.length))
  const open = queues.map((queue) => new OpenQueue(queue, most, read))
  // Who begins first is the last.
  open.sort((a, b) => claimOrder(b.next, a.next))
  const taken: Candidate[] = []
  while (taken.length < most) {
    const queue = open.pop()
    if (queue === undefined) break
    const job = queue.take()
    if (job !== null) taken.push(job)
    if (queue.isOver) continue
    const place = firstPlace(open, ({ next }) => claimOrder(next, queue.next) < 0)
    open.splice(place, 0, queue)
  }
  return taken
}

/** A queue as far as it was read. */
class OpenQueue<Candidate extends ClaimPlace> {
  /** No job that it has left comes before this one. */
  next: ClaimPlace
  isOver = false
  private jobs: readonly Candidate[] = []
  private taken = 0
  private asked = 0

  constructor(
    private readonly queue: ClaimQueue<Candidate>,
    private readonly most: number,
    private readonly leastRead: number,
  ) {
    this.next = queue.first
  }

  /** Takes its next job, if that is read; else reads on, so that its next job is known. */
  take(): Candidate | null {
    const job = this.jobs[this.taken]
    if (job === undefined) this.read()
    else this.taken += 1
    const next = this.jobs[this.taken]
    this.next = next ?? job ?? this.next
    this.isOver = next === undefined && (this.jobs.length < this.asked || this.asked === this.most)
    return job ?? null
  }

  private read(): void {
    this.asked = Math.min(this.most, Math.max(this.leastRead, 2 * this.asked))
    this.jobs = this.queue.due(this.asked)
  }
}
