import type { z } from 'zod'
import type * as deliveries from '../../../src/adapters/http/schemas/deliveries.js'
import type * as insight from '../../../src/adapters/http/schemas/insight.js'
import type * as jobs from '../../../src/adapters/http/schemas/jobs.js'
import type * as metrics from '../../../src/adapters/http/schemas/metrics.js'
import type * as operators from '../../../src/adapters/http/schemas/operators.js'
import type * as runs from '../../../src/adapters/http/schemas/runs.js'
import type * as schedules from '../../../src/adapters/http/schemas/schedules.js'
import type * as service from '../../../src/adapters/http/schemas/service.js'
import type * as videos from '../../../src/adapters/http/schemas/videos.js'

// The answers of the API, by the schemas that the server makes them with. Types only: no code of the server is in the page.

export type Job = z.output<typeof jobs.job>
export type JobSummary = z.output<typeof jobs.jobSummary>
export type JobStatus = JobSummary['status']
export type JobList = z.output<typeof jobs.jobList>
export type EventList = z.output<typeof jobs.eventList>
export type JobEvent = EventList['events'][number]
export type AcceptedJob = z.output<typeof jobs.acceptedJob>
export type CreateJob = z.input<typeof jobs.createJobBody>

export type AttemptList = z.output<typeof runs.attemptList>
export type Attempt = AttemptList['attempts'][number]
export type LogList = z.output<typeof runs.logList>
export type LogLine = LogList['lines'][number]

export type Explanation = z.output<typeof insight.explanation>
export type WorkerList = z.output<typeof insight.workerList>
export type Worker = WorkerList['workers'][number]

export type DeadLetterList = z.output<typeof operators.deadLetterList>
export type DeadLetterSummary = DeadLetterList['jobs'][number]
export type BulkResult = z.output<typeof operators.bulkResult>

export type Schedule = z.output<typeof schedules.schedule>
export type ScheduleList = z.output<typeof schedules.scheduleList>
export type SchedulePreview = z.output<typeof schedules.schedulePreview>
export type TickList = z.output<typeof schedules.tickList>
export type Tick = TickList['ticks'][number]

export type DefinitionList = z.output<typeof service.definitionList>
export type Definition = DefinitionList['definitions'][number]

export type Metrics = z.output<typeof metrics.metricsOverview>
export type DefinitionMetricsList = z.output<typeof metrics.definitionMetrics>
export type Throughput = z.output<typeof metrics.throughput>
export type Latency = z.output<typeof metrics.latency>

export type DeliveryList = z.output<typeof deliveries.deliveryList>

export type AcceptedVideo = z.output<typeof videos.acceptedVideo>

/** What the stream of changes says: hints, of which some may be missed. */
export interface Changes {
  readonly jobs: readonly { readonly jobId: string; readonly status: JobStatus | null }[]
  readonly definitions: readonly string[]
  readonly schedules: readonly string[]
  /** Something else changed, too. */
  readonly more: boolean
}

/** RFC 9457, as the server answers what it refuses. */
export interface Problem {
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: string
  readonly errors?: readonly { readonly pointer: string; readonly message: string }[]
}
