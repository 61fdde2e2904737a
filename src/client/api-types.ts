// Made from the OpenAPI document by `npm run client-types`; a test compares them. Not to be edited.

export interface paths {
    "/v1/jobs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List jobs, newest first */
        get: operations["listJobs"];
        put?: never;
        /** Start a new job */
        post: operations["createJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Start many jobs, all of them or none */
        post: operations["createJobs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{jobId}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Request the cancellation of a job */
        post: operations["cancelJob"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{jobId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Status and facts of a job; with `wait`, once it is final or the time is over */
        get: operations["getJob"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{jobId}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What happened to a job, oldest first; as a stream that goes on until the job is final */
        get: operations["listJobEvents"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/events/stream": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What changes anywhere, as hints for pages: some may be missed, so read again after connecting */
        get: operations["streamChanges"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{jobId}/attempts": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The runs of a job, how they ended and what they cost; the latest 1,000 */
        get: operations["listJobAttempts"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{jobId}/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the handler logged and wrote to stdout and stderr, oldest first */
        get: operations["listJobLogs"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{jobId}/deliveries": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What the callback of a job was told, or will be, newest first */
        get: operations["listJobDeliveries"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/{jobId}/explain": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Why a job is not running, its place in the queue, and when it may start */
        get: operations["explainJob"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/workers": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Live workers, those that are stopping among them */
        get: operations["listWorkers"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Request the cancellation of all queued and running jobs that match */
        post: operations["cancelJobs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/jobs/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make new jobs of all failed and cancelled ones that match, each once */
        post: operations["retryJobs"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dlq": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List jobs that were given up, newest first */
        get: operations["listDeadLetters"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dlq/{dlqJobId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A job that was given up, with the error of every attempt */
        get: operations["getDeadLetter"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dlq/{dlqJobId}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make a new job of a dead letter, once */
        post: operations["retryDeadLetter"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dlq/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make new jobs of all dead letters that match and were not retried before */
        post: operations["retryDeadLetters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/dlq/discard": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Put all dead letters aside that match; their jobs stay failed */
        post: operations["discardDeadLetters"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/definitions/{key}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Start no more jobs of any version, until it is resumed; running ones finish */
        post: operations["pauseDefinition"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/definitions/{key}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Start jobs again */
        post: operations["resumeDefinition"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/schedules": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List schedules, by name */
        get: operations["listSchedules"];
        put?: never;
        /** Make jobs again and again, at the times of a cron expression or at a fixed pace */
        post: operations["createSchedule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/schedules/{scheduleId}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A schedule */
        get: operations["getSchedule"];
        put?: never;
        post?: never;
        /** Remove a schedule and its ticks; the jobs that it made stay */
        delete: operations["deleteSchedule"];
        options?: never;
        head?: never;
        /** Change some of a schedule; new times count from now on */
        patch: operations["patchSchedule"];
        trace?: never;
    };
    "/v1/schedules/{scheduleId}/pause": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make no more jobs of a schedule until it is resumed */
        post: operations["pauseSchedule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/schedules/{scheduleId}/resume": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Go on; the slots of the pause are recorded as one tick */
        post: operations["resumeSchedule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/schedules/{scheduleId}/run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Make a job of a schedule at once, beside its slots, also while it is paused or another job of it runs */
        post: operations["runSchedule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/schedules/{scheduleId}/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** When the next slots of a schedule are, and how its times read */
        get: operations["previewSchedule"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/schedules/preview": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** The same of a schedule that is not kept: nothing is changed */
        post: operations["previewUnsavedSchedule"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/schedules/{scheduleId}/ticks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What became of the slots of a schedule, the newest first */
        get: operations["listTicks"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/videos/encode": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Upload a video and start its encoding */
        post: operations["encodeVideo"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/videos/{jobId}/status": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** How far an encoding is, and where its output is */
        get: operations["getVideoStatus"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/videos/{jobId}/download": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The encoded file; takes one range of bytes */
        get: operations["downloadVideo"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Jobs by status, how they went, and how many were done lately */
        get: operations["getMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/metrics/definitions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The same by definition */
        get: operations["getDefinitionMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/metrics/throughput": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Jobs that succeeded and failed, hour by hour or minute by minute */
        get: operations["getThroughput"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/metrics/performance": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Success, processing and queue times, retries */
        get: operations["getPerformance"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/metrics/latency": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Percentiles of waits and runs */
        get: operations["getLatency"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/metrics": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Figures of this process and of the queue, for Prometheus */
        get: operations["getPrometheusMetrics"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/v1/definitions": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** All published job definitions */
        get: operations["listDefinitions"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/healthz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The process runs */
        get: operations["getHealth"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/readyz": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The server can do its work; what is checked, and what is wrong when it cannot */
        get: operations["getReadiness"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/openapi.json": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** This document */
        get: operations["getOpenApi"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/problems/{code}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a problem means, and what to do */
        get: operations["getProblem"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Where to go from here; a browser is led to the dashboard */
        get: operations["getIndex"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        AcceptedJob: {
            /** Format: uuid */
            jobId: string;
            status: components["schemas"]["JobStatus"];
        };
        /** @enum {string} */
        JobStatus: "queued" | "running" | "cancelling" | "succeeded" | "failed" | "cancelled";
        /** @description RFC 9457 problem details; some problems carry more, such as the `jobId` of a conflict */
        Problem: {
            type: string;
            title: string;
            status: number;
            detail: string;
            instance: string;
            code: string;
            requestId: string;
            errors?: {
                pointer: string;
                message: string;
            }[];
        };
        /**
         * @example {
         *       "definitionKey": "echo",
         *       "definitionVersion": 1,
         *       "params": {
         *         "message": "Hello"
         *       },
         *       "priority": 5,
         *       "maxAttempts": 3
         *     }
         * @example {
         *       "definitionKey": "compute.math",
         *       "params": {
         *         "operation": "fibonacci",
         *         "numbers": [
         *           35
         *         ]
         *       },
         *       "delaySeconds": 60
         *     }
         * @example {
         *       "definitionKey": "echo",
         *       "callback": {
         *         "url": "https://example.com/hook",
         *         "events": [
         *           "succeeded",
         *           "failed"
         *         ]
         *       }
         *     }
         */
        CreateJob: {
            definitionKey: string;
            /** @description Default: the newest */
            definitionVersion?: number;
            /** @description At most 64 levels, 10,000 keys in all, arrays of 100,000 items; no NUL, lone surrogates, integers beyond 2^53 - 1. Default {} */
            params?: {
                [key: string]: unknown;
            };
            /** @description Higher runs first; default 0 */
            priority?: number;
            /** @description Default: the definition's */
            maxAttempts?: number;
            /** @description Without control characters */
            idempotencyKey?: string;
            /**
             * Format: date-time
             * @description Due time; a past one means now
             */
            runAt?: string;
            delaySeconds?: number;
            /** @description Who is told what becomes of the job */
            callback?: {
                /**
                 * Format: uri
                 * @description Told by signed POST requests; no user name or password
                 */
                url: string;
                /** @description Of which to tell; default succeeded, failed, cancelled */
                events?: ("succeeded" | "failed" | "cancelled" | "retry_scheduled")[];
            };
        };
        AcceptedJobs: {
            /** @description In the order of the jobs */
            results: {
                /** Format: uuid */
                jobId: string;
                status: components["schemas"]["JobStatus"];
                /** @description It was there already, by its idempotency key */
                duplicate: boolean;
            }[];
        };
        CreateJobs: {
            /** @description Each as `POST /v1/jobs` takes it */
            jobs: components["schemas"]["CreateJob"][];
        };
        JobList: {
            jobs: components["schemas"]["JobSummary"][];
            /** @description How many match, counted up to 10,000 */
            total: number;
            totalIsCapped: boolean;
            nextCursor: string | null;
        };
        JobSummary: {
            /** Format: uuid */
            jobId: string;
            definitionKey: string;
            definitionVersion: number;
            status: components["schemas"]["JobStatus"];
            attempts: number;
            maxAttempts: number;
            priority: number;
            /**
             * Format: date-time
             * @description ISO 8601, UTC, milliseconds
             */
            runAt: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC, milliseconds
             */
            queuedAt: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC, milliseconds
             */
            startedAt: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC, milliseconds
             */
            finishedAt: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC, milliseconds
             */
            heartbeatAt: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC, milliseconds
             */
            leaseExpiresAt: string | null;
            workerId: string | null;
            errorSummary: string | null;
            progress: number | null;
            idempotencyKey: string | null;
            /**
             * Format: uuid
             * @description The job that this one is the retry of
             */
            retriedFrom: string | null;
            /**
             * Format: uuid
             * @description The schedule that made it
             */
            scheduleId: string | null;
        };
        CancelledJob: {
            /** Format: uuid */
            jobId: string;
            status: components["schemas"]["JobStatus"];
            message: string;
        };
        Job: {
            /** Format: uuid */
            jobId: string;
            definitionKey: string;
            definitionVersion: number;
            status: components["schemas"]["JobStatus"];
            attempts: number;
            maxAttempts: number;
            priority: number;
            /**
             * Format: date-time
             * @description ISO 8601, UTC, milliseconds
             */
            runAt: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC, milliseconds
             */
            queuedAt: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC, milliseconds
             */
            startedAt: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC, milliseconds
             */
            finishedAt: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC, milliseconds
             */
            heartbeatAt: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC, milliseconds
             */
            leaseExpiresAt: string | null;
            workerId: string | null;
            errorSummary: string | null;
            progress: number | null;
            idempotencyKey: string | null;
            /**
             * Format: uuid
             * @description The job that this one is the retry of
             */
            retriedFrom: string | null;
            /**
             * Format: uuid
             * @description The schedule that made it
             */
            scheduleId: string | null;
            params: {
                [key: string]: unknown;
            };
            /** @description Any JSON value */
            result: Record<string, never> | unknown[] | string | number | boolean | null;
            callback: {
                /** @description Without the values of its query */
                url: string;
                events: ("succeeded" | "failed" | "cancelled" | "retry_scheduled")[];
            } | null;
            /** @description What its enqueue was a part of: W3C Trace Context */
            traceparent: string | null;
        };
        EventList: {
            /** Format: uuid */
            jobId: string;
            events: components["schemas"]["JobEvent"][];
        };
        JobEvent: {
            id: number;
            eventType: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC, milliseconds
             */
            at: string;
            payload: {
                [key: string]: unknown;
            };
        };
        AttemptList: {
            /** Format: uuid */
            jobId: string;
            attempts: components["schemas"]["Attempt"][];
        };
        Attempt: {
            /** @description Never repeats */
            run: number;
            /** @description May repeat after an interruption or a snooze */
            attempt: number;
            workerId: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC, milliseconds
             */
            startedAt: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC, milliseconds
             */
            endedAt: string | null;
            /**
             * @description `null` while it runs
             * @enum {string|null}
             */
            outcome: "succeeded" | "error" | "timeout" | "cancelled" | "crashed" | "oom" | "lease_lost" | "interrupted" | "snoozed" | null;
            /** @description With its stack, at most 8,000 characters */
            error: string | null;
            exitCode: number | null;
            signal: string | null;
            /** @description `null`: no sample was taken */
            cpuMs: number | null;
            /** @description `null`: no sample was taken */
            maxRssBytes: number | null;
        };
        LogList: {
            /** Format: uuid */
            jobId: string;
            lines: components["schemas"]["LogLine"][];
            /** @description Lines that are not kept: of each run at most 1 MiB is, and the oldest go first */
            dropped: number;
        };
        LogLine: {
            id: number;
            /**
             * Format: date-time
             * @description ISO 8601, UTC, milliseconds
             */
            at: string;
            run: number;
            /** @enum {string} */
            level: "debug" | "info" | "warn" | "error";
            message: string;
            fields: {
                [key: string]: unknown;
            };
        };
        DeliveryList: {
            /** Format: uuid */
            jobId: string;
            deliveries: components["schemas"]["Delivery"][];
        };
        Delivery: {
            /**
             * Format: uuid
             * @description Id of the job that delivers
             */
            deliveryId: string;
            /**
             * Format: uuid
             * @description The `webhook-id` of its requests; a delivery that is retried by hand keeps it
             */
            messageId: string;
            /** @enum {string} */
            event: "succeeded" | "failed" | "cancelled" | "retry_scheduled";
            status: components["schemas"]["JobStatus"];
            attempts: number;
            maxAttempts: number;
            /** @description What the receiver answered last */
            httpStatus: number | null;
            lastError: string | null;
            /**
             * Format: date-time
             * @description `null` while one is under way, and after the last
             */
            nextAttemptAt: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC, milliseconds
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC, milliseconds
             */
            finishedAt: string | null;
        };
        Explanation: {
            /** Format: uuid */
            jobId: string;
            status: components["schemas"]["JobStatus"];
            /** @description None: it may start at any moment */
            reasons: components["schemas"]["Reason"][];
            /** @description Among the queued jobs that its workers would take; `null` when it is not queued */
            position: number | null;
            /** @description More than 10,000 are before it */
            positionIsCapped: boolean;
            /**
             * Format: date-time
             * @description By the median of recent runs; `null`: nothing can be said
             */
            expectedStartAt: string | null;
        };
        Reason: {
            /** @enum {string} */
            code: "scheduled";
            message: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC, milliseconds
             */
            runAt: string;
        } | {
            /** @enum {string} */
            code: "paused";
            message: string;
        } | {
            /** @enum {string} */
            code: "concurrency_limit";
            message: string;
            limit: number;
            running: number;
            /** @description Jobs that have the places, at most 100 */
            holders: string[];
        } | {
            /** @enum {string} */
            code: "no_worker";
            message: string;
            /** @description Live workers */
            workers: number;
            /** @description Of these, the ones that run such jobs but are stopping */
            draining: number;
        } | {
            /** @enum {string} */
            code: "workers_busy";
            message: string;
            /** @description That run such jobs */
            workers: number;
            slots: number;
            running: number;
        } | {
            /** @enum {string} */
            code: "running";
            message: string;
            workerId: string | null;
            run: number;
            /**
             * Format: date-time
             * @description ISO 8601, UTC, milliseconds
             */
            startedAt: string;
        } | {
            /** @enum {string} */
            code: "finished";
            message: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC, milliseconds
             */
            finishedAt: string;
        };
        WorkerList: {
            workers: components["schemas"]["Worker"][];
        };
        Worker: {
            /** @description Its display name, which need not be unique */
            workerId: string;
            /**
             * Format: uuid
             * @description This start of it
             */
            incarnation: string;
            host: string;
            pid: number;
            version: string;
            /** @description `key@version` */
            definitions: string[];
            slots: number;
            /** @description Slots that were taken at its last heartbeat */
            running: number;
            /**
             * Format: date-time
             * @description ISO 8601, UTC, milliseconds
             */
            startedAt: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC, milliseconds
             */
            heartbeatAt: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC, milliseconds
             */
            leaseExpiresAt: string;
            /** @description It takes no more jobs */
            draining: boolean;
        };
        BulkResult: {
            /** @description What the operation could take */
            matched: number;
            /** @description What was changed; 0 for a dry run */
            done: number;
        };
        /**
         * @example {
         *       "filter": {
         *         "definitionKey": "echo",
         *         "createdBefore": "2026-01-01T00:00:00.000Z"
         *       },
         *       "dryRun": true
         *     }
         */
        BulkJobs: {
            filter: components["schemas"]["JobFilter"];
            /** @description Only count what matches; default false */
            dryRun?: boolean;
        };
        JobFilter: {
            /** @description One, several comma separated, or an array */
            status?: string | ("queued" | "running" | "cancelling" | "succeeded" | "failed" | "cancelled")[];
            definitionKey?: string;
            /**
             * Format: date-time
             * @description Accepted then or later
             */
            createdAfter?: string;
            /** Format: date-time */
            createdBefore?: string;
            /** @description A job id or its beginning, an idempotency key, or words of the error, all of which it has */
            q?: string;
            /** @description Ids of jobs */
            ids?: string[];
            /**
             * @description In place of every other member: everything
             * @enum {boolean}
             */
            all?: true;
        };
        DeadLetterList: {
            jobs: components["schemas"]["DeadLetterSummary"][];
            /** @description How many match */
            total: number;
        };
        DeadLetterSummary: {
            /** Format: uuid */
            dlqJobId: string;
            /** Format: uuid */
            originalJobId: string;
            definitionKey: string;
            definitionVersion: number;
            priority: number;
            attempts: number;
            maxAttempts: number;
            /**
             * Format: date-time
             * @description ISO 8601, UTC, milliseconds
             */
            queuedAt: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC, milliseconds
             */
            startedAt: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC, milliseconds
             */
            finishedAt: string;
            errorSummary: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC, milliseconds
             */
            movedToDlqAt: string;
            /** @enum {string} */
            reason: "attempts_exhausted" | "permanent" | "crash_loop";
            /**
             * Format: uuid
             * @description The job that was made of it
             */
            retriedJobId: string | null;
        };
        DeadLetter: {
            /** Format: uuid */
            dlqJobId: string;
            /** Format: uuid */
            originalJobId: string;
            definitionKey: string;
            definitionVersion: number;
            priority: number;
            attempts: number;
            maxAttempts: number;
            /**
             * Format: date-time
             * @description ISO 8601, UTC, milliseconds
             */
            queuedAt: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC, milliseconds
             */
            startedAt: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC, milliseconds
             */
            finishedAt: string;
            errorSummary: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC, milliseconds
             */
            movedToDlqAt: string;
            /** @enum {string} */
            reason: "attempts_exhausted" | "permanent" | "crash_loop";
            /**
             * Format: uuid
             * @description The job that was made of it
             */
            retriedJobId: string | null;
            params: {
                [key: string]: unknown;
            };
            idempotencyKey: string | null;
            /** @description How every run ended, by run */
            attemptErrors: {
                run: number;
                attempt: number;
                /** @enum {string} */
                outcome: "succeeded" | "error" | "timeout" | "cancelled" | "crashed" | "oom" | "lease_lost" | "interrupted" | "snoozed";
                error: string | null;
                /**
                 * Format: date-time
                 * @description ISO 8601, UTC, milliseconds
                 */
                endedAt: string;
            }[];
        };
        RetriedJob: {
            /** Format: uuid */
            jobId: string;
            status: components["schemas"]["JobStatus"];
            message: string;
        };
        /**
         * @example {
         *       "maxAttempts": 5
         *     }
         */
        RetryDeadLetter: {
            /** @description Default: the old job's */
            maxAttempts?: number;
        };
        /**
         * @example {
         *       "filter": {
         *         "definitionKey": "call.api",
         *         "errorContains": "ECONNREFUSED"
         *       },
         *       "dryRun": true
         *     }
         */
        BulkDeadLetters: {
            filter: components["schemas"]["DeadLetterFilter"];
            /** @description Only count what matches; default false */
            dryRun?: boolean;
        };
        DeadLetterFilter: {
            definitionKey?: string;
            /** @description A part of the error; upper and lower case of ASCII letters are the same */
            errorContains?: string;
            /**
             * Format: date-time
             * @description Only those that were moved here before
             */
            before?: string;
            /** @description Ids of dead letters */
            ids?: string[];
            /**
             * @description In place of every other member: everything
             * @enum {boolean}
             */
            all?: true;
        };
        PausedDefinition: {
            key: string;
            paused: boolean;
        };
        Schedule: {
            /** Format: uuid */
            scheduleId: string;
            name: string;
            definitionKey: string;
            definitionVersion: number | null;
            params: {
                [key: string]: unknown;
            };
            priority: number;
            maxAttempts: number | null;
            cron: string | null;
            everySeconds: number | null;
            timezone: string;
            /**
             * Format: date-time
             * @description ISO 8601, UTC, milliseconds
             */
            startsAt: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC, milliseconds
             */
            endsAt: string | null;
            enabled: boolean;
            /** @enum {string} */
            catchUp: "skip" | "last" | "all";
            maxCatchUp: number;
            /** @enum {string} */
            overlap: "allow" | "skip" | "queue_one" | "cancel_previous";
            /**
             * Format: date-time
             * @description `null` while it is paused, and after its last slot
             */
            nextRunAt: string | null;
            /**
             * Format: date-time
             * @description The latest slot that made a job
             */
            lastRunAt: string | null;
            /**
             * Format: date-time
             * @description ISO 8601, UTC, milliseconds
             */
            createdAt: string;
            /** @description Code declares it: it can be changed and paused, but not removed */
            declared: boolean;
        };
        /**
         * @description Exactly one of `cron` and `everySeconds`
         * @example {
         *       "name": "nightly report",
         *       "definitionKey": "process.data",
         *       "params": {
         *         "dataset": "sales",
         *         "operation": "aggregate"
         *       },
         *       "cron": "30 7 * * 1-5",
         *       "timezone": "Europe/Berlin",
         *       "overlap": "skip"
         *     }
         * @example {
         *       "name": "heartbeat",
         *       "definitionKey": "echo",
         *       "params": {
         *         "message": "still here"
         *       },
         *       "everySeconds": 60
         *     }
         */
        CreateSchedule: {
            /** @description Unique */
            name: string;
            definitionKey: string;
            /** @description Default: the newest at each slot */
            definitionVersion?: number | null;
            /** @description Of each job; as of `POST /v1/jobs` */
            params?: {
                [key: string]: unknown;
            };
            /** @description Default 0 */
            priority?: number;
            /** @description Default: the definition's */
            maxAttempts?: number | null;
            /** @description Minute, hour, day of month, month, day of week, seconds optionally before them; or @hourly, @daily, @weekly, @monthly, @yearly. Of two restricted days either suffices */
            cron?: string | null;
            /** @description In place of `cron`: at whole multiples, counted from `startsAt`, else from the epoch */
            everySeconds?: number | null;
            /** @description IANA name; default UTC */
            timezone?: string;
            /**
             * Format: date-time
             * @description The first slot is not before it
             */
            startsAt?: string | null;
            /**
             * Format: date-time
             * @description The last slot is before it
             */
            endsAt?: string | null;
            /** @description Default true */
            enabled?: boolean;
            /**
             * @description What becomes of slots that are missed for longer than a minute: none is made up for, the last one, or all; default last
             * @enum {string}
             */
            catchUp?: "skip" | "last" | "all";
            /** @description Most slots that `all` makes up for at once; default 100 */
            maxCatchUp?: number;
            /**
             * @description What becomes of a slot while a job of the schedule has not ended; default allow
             * @enum {string}
             */
            overlap?: "allow" | "skip" | "queue_one" | "cancel_previous";
        };
        ScheduleList: {
            schedules: components["schemas"]["Schedule"][];
            total: number;
        };
        /**
         * @description Any of it; of `cron` and `everySeconds` the one that is given takes the place of the other
         * @example {
         *       "cron": "0 8 * * 1-5"
         *     }
         * @example {
         *       "params": {
         *         "message": "hello"
         *       },
         *       "priority": 5
         *     }
         */
        PatchSchedule: {
            /** @description Unique */
            name?: string;
            definitionKey?: string;
            /** @description Default: the newest at each slot */
            definitionVersion?: number | null;
            /** @description Of each job; as of `POST /v1/jobs` */
            params?: {
                [key: string]: unknown;
            };
            /** @description Default 0 */
            priority?: number;
            /** @description Default: the definition's */
            maxAttempts?: number | null;
            /** @description Minute, hour, day of month, month, day of week, seconds optionally before them; or @hourly, @daily, @weekly, @monthly, @yearly. Of two restricted days either suffices */
            cron?: string | null;
            /** @description In place of `cron`: at whole multiples, counted from `startsAt`, else from the epoch */
            everySeconds?: number | null;
            /** @description IANA name; default UTC */
            timezone?: string;
            /**
             * Format: date-time
             * @description The first slot is not before it
             */
            startsAt?: string | null;
            /**
             * Format: date-time
             * @description The last slot is before it
             */
            endsAt?: string | null;
            /** @description Default true */
            enabled?: boolean;
            /**
             * @description What becomes of slots that are missed for longer than a minute: none is made up for, the last one, or all; default last
             * @enum {string}
             */
            catchUp?: "skip" | "last" | "all";
            /** @description Most slots that `all` makes up for at once; default 100 */
            maxCatchUp?: number;
            /**
             * @description What becomes of a slot while a job of the schedule has not ended; default allow
             * @enum {string}
             */
            overlap?: "allow" | "skip" | "queue_one" | "cancel_previous";
        };
        SchedulePreview: {
            /** @description How the times read in plain English */
            description: string;
            runs: {
                /**
                 * Format: date-time
                 * @description ISO 8601, UTC, milliseconds
                 */
                at: string;
                /** @description On a clock of the zone */
                local: string;
                /** @description From UTC at that instant, such as +02:00 */
                offset: string;
                /** @description That a change of the clocks moves this slot, or repeats its local time */
                note: string | null;
            }[];
        };
        /**
         * @description A schedule as for `POST /v1/schedules`, of which only its times are looked at and needed
         * @example {
         *       "cron": "30 2 * * *",
         *       "timezone": "Europe/Berlin"
         *     }
         * @example {
         *       "everySeconds": 90
         *     }
         */
        PreviewSchedule: {
            /** @description Unique */
            name?: string;
            definitionKey?: string;
            /** @description Default: the newest at each slot */
            definitionVersion?: number | null;
            /** @description Of each job; as of `POST /v1/jobs` */
            params?: {
                [key: string]: unknown;
            };
            /** @description Default 0 */
            priority?: number;
            /** @description Default: the definition's */
            maxAttempts?: number | null;
            /** @description Minute, hour, day of month, month, day of week, seconds optionally before them; or @hourly, @daily, @weekly, @monthly, @yearly. Of two restricted days either suffices */
            cron?: string | null;
            /** @description In place of `cron`: at whole multiples, counted from `startsAt`, else from the epoch */
            everySeconds?: number | null;
            /** @description IANA name; default UTC */
            timezone?: string;
            /**
             * Format: date-time
             * @description The first slot is not before it
             */
            startsAt?: string | null;
            /**
             * Format: date-time
             * @description The last slot is before it
             */
            endsAt?: string | null;
            /** @description Default true */
            enabled?: boolean;
            /**
             * @description What becomes of slots that are missed for longer than a minute: none is made up for, the last one, or all; default last
             * @enum {string}
             */
            catchUp?: "skip" | "last" | "all";
            /** @description Most slots that `all` makes up for at once; default 100 */
            maxCatchUp?: number;
            /**
             * @description What becomes of a slot while a job of the schedule has not ended; default allow
             * @enum {string}
             */
            overlap?: "allow" | "skip" | "queue_one" | "cancel_previous";
        };
        TickList: {
            ticks: components["schemas"]["Tick"][];
        };
        Tick: {
            /**
             * Format: date-time
             * @description ISO 8601, UTC, milliseconds
             */
            slot: string;
            /** @enum {string} */
            outcome: "fired" | "caught_up" | "skipped" | "missed" | "paused";
            /** Format: uuid */
            jobId: string | null;
            /** @description In words, for every outcome but `fired` */
            reason: string | null;
            /** @description From the slot until it was decided */
            delayMs: number;
        };
        AcceptedVideo: {
            /** Format: uuid */
            jobId: string;
            status: components["schemas"]["JobStatus"];
            message: string;
            inputFile: string;
        };
        EncodeVideo: {
            /**
             * @description Default mp4
             * @enum {string}
             */
            format?: "mp4" | "webm" | "avi";
            /**
             * @description Greatest height; default 1080p
             * @enum {string}
             */
            quality?: "720p" | "1080p" | "4k";
            /** @default 0 */
            priority: number;
            video: string;
        };
        VideoStatus: {
            /** Format: uuid */
            jobId: string;
            status: components["schemas"]["JobStatus"];
            definitionKey: string;
            progress: number | null;
            errorSummary: string | null;
            /** @description Relative to the data directory */
            outputPath?: string;
            outputFilename?: string;
            downloadUrl?: string;
        };
        Metrics: {
            summary: {
                total: number;
                byStatus: components["schemas"]["StatusCounts"];
            };
            performance: components["schemas"]["Performance"];
            /** @description Jobs that became succeeded or failed */
            throughput: {
                /** @description The last 60 minutes */
                lastHour: number;
                /** @description The last 24 hours of the throughput */
                lastDay: number;
                /** @description The last 168 hours of the throughput */
                lastWeek: number;
            };
        };
        /** @description Jobs that are kept */
        StatusCounts: {
            queued: number;
            running: number;
            succeeded: number;
            failed: number;
            cancelling: number;
            cancelled: number;
        };
        Performance: {
            /** @description succeeded / (succeeded + failed) */
            successRate: number | null;
            /** @description Last run of those that succeeded or failed */
            avgProcessingTime: number | null;
            /** @description From being due to the start of the last run */
            avgQueueTime: number | null;
            /** @description Finished jobs that took more than one attempt */
            retryRate: number | null;
        };
        DefinitionMetricsList: {
            definitions: components["schemas"]["DefinitionMetrics"][];
        };
        DefinitionMetrics: {
            definitionKey: string;
            definitionVersion: number;
            total: number;
            byStatus: components["schemas"]["StatusCounts"];
            /** @description `null` over no jobs */
            successRate: number | null;
            /** @description Seconds; `null` over no jobs */
            avgProcessingTime: number | null;
            /** @description Seconds; `null` over no jobs */
            avgQueueTime: number | null;
        };
        Throughput: {
            data: {
                /**
                 * Format: date-time
                 * @description ISO 8601, UTC, milliseconds
                 */
                period: string;
                completed: number;
                failed: number;
            }[];
        };
        Latency: {
            /** @enum {string} */
            window: "1h" | "24h" | "7d";
            definitionKey: string | null;
            wait: components["schemas"]["Percentiles"];
            run: components["schemas"]["Percentiles"];
        };
        Percentiles: {
            jobs: number;
            /** @description Seconds; `null` over no jobs */
            p50: number | null;
            /** @description Seconds; `null` over no jobs */
            p95: number | null;
            /** @description Seconds; `null` over no jobs */
            p99: number | null;
        };
        DefinitionList: {
            definitions: components["schemas"]["Definition"][];
        };
        Definition: {
            key: string;
            version: number;
            defaultMaxAttempts: number;
            timeoutSeconds: number;
            /** @description 0: unlimited */
            concurrencyLimit: number;
            /** @description JSON Schema */
            paramsSchema: {
                [key: string]: unknown;
            } | null;
            /** @enum {string} */
            isolation: "inline" | "process";
            paused: boolean;
        };
        Health: {
            /** @enum {string} */
            status: "ok";
        };
        Readiness: {
            /** @enum {string} */
            status: "ready";
            /** @description `ok` each, by name */
            checks: {
                [key: string]: string;
            };
        };
        ProblemHelp: {
            code: string;
            status: number;
            title: string;
            /** @description Why one is answered so */
            cause: string;
            /** @description What to do about it */
            remedy: string;
        };
        ServiceIndex: {
            name: string;
            links: {
                [key: string]: string;
            };
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    listJobs: {
        parameters: {
            query?: {
                /** @description One or several of queued, running, cancelling, succeeded, failed, cancelled; comma separated */
                status?: string;
                definitionKey?: string;
                /** @description Accepted then or later */
                createdAfter?: string;
                createdBefore?: string;
                /** @description A job id or its beginning, an idempotency key, or words of the error, all of which it has */
                q?: string;
                limit?: number;
                /** @description Beyond the maximum use the cursor */
                offset?: number;
                /** @description `nextCursor` of the page before */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["JobList"];
                };
            };
        };
    };
    createJob: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same as `idempotencyKey` in the body; UTF-8 */
                "Idempotency-Key"?: string;
                /** @description W3C Trace Context: the job remembers it; passed over when it is not valid */
                traceparent?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateJob"];
            };
        };
        responses: {
            /** @description The idempotency key was used before with the same body: its job, as it is now */
            200: {
                headers: {
                    /** @description Address of the job */
                    Location?: string;
                    /** @description `true` */
                    "Idempotency-Replayed"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AcceptedJob"];
                };
            };
            /** @description Accepted */
            201: {
                headers: {
                    /** @description Address of the job */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AcceptedJob"];
                };
            };
        };
    };
    createJobs: {
        parameters: {
            query?: never;
            header?: {
                /** @description W3C Trace Context: every job remembers it */
                traceparent?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateJobs"];
            };
        };
        responses: {
            /** @description All are accepted, in one transaction */
            201: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AcceptedJobs"];
                };
            };
        };
    };
    cancelJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a job */
                jobId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Requested; a queued job is cancelled at once */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["CancelledJob"];
                };
            };
        };
    };
    getJob: {
        parameters: {
            query?: {
                /** @description Seconds to wait for a final status, before the answer tells the present one */
                wait?: number;
            };
            header?: never;
            path: {
                /** @description Id of a job */
                jobId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The job */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Job"];
                };
            };
        };
    };
    listJobEvents: {
        parameters: {
            query?: {
                /** @description Only events with a higher id */
                after?: number;
                limit?: number;
            };
            header?: {
                /** @description Of a stream: only events with a higher id */
                "Last-Event-ID"?: string;
            };
            path: {
                /** @description Id of a job */
                jobId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Events. For `Accept: text/event-stream` each one as data with its id, then `event: end` without one */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["EventList"];
                    "text/event-stream": string;
                };
            };
        };
    };
    streamChanges: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Every quarter of a second at most: `{"jobs":[{"jobId","status"}],"definitions":[key],"schedules":[id],"more"}`; `status` is `null` for events alone, `more` says that something else changed, too */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": string;
                };
            };
        };
    };
    listJobAttempts: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a job */
                jobId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Attempts, by run */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AttemptList"];
                };
            };
        };
    };
    listJobLogs: {
        parameters: {
            query?: {
                /** @description Only lines with a higher id */
                after?: number;
                /** @description Only lines of this run */
                run?: number;
                limit?: number;
            };
            header?: never;
            path: {
                /** @description Id of a job */
                jobId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Lines of all runs, or of one */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["LogList"];
                };
            };
        };
    };
    listJobDeliveries: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a job */
                jobId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description At most 1,000; none without a callback */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeliveryList"];
                };
            };
        };
    };
    explainJob: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a job */
                jobId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description At this moment */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Explanation"];
                };
            };
        };
    };
    listWorkers: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Oldest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["WorkerList"];
                };
            };
        };
    };
    cancelJobs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BulkJobs"];
            };
        };
        responses: {
            /** @description How many matched, and of how many it was asked for */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResult"];
                };
            };
        };
    };
    retryJobs: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BulkJobs"];
            };
        };
        responses: {
            /** @description How many matched, and of how many a job was made */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResult"];
                };
            };
        };
    };
    listDeadLetters: {
        parameters: {
            query?: {
                definitionKey?: string;
                /** @description A part of the error; upper and lower case of ASCII letters are the same */
                errorContains?: string;
                /** @description Only those that were moved here before */
                before?: string;
                /** @description Only those that no job was made of */
                unretried?: "true";
                limit?: number;
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetterList"];
                };
            };
        };
    };
    getDeadLetter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a dead letter */
                dlqJobId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The dead letter */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DeadLetter"];
                };
            };
        };
    };
    retryDeadLetter: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a dead letter */
                dlqJobId: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["RetryDeadLetter"];
            };
        };
        responses: {
            /** @description The new job; the old one stays failed */
            201: {
                headers: {
                    /** @description Address of the new job */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RetriedJob"];
                };
            };
        };
    };
    retryDeadLetters: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BulkDeadLetters"];
            };
        };
        responses: {
            /** @description How many matched, and of how many a job was made */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResult"];
                };
            };
        };
    };
    discardDeadLetters: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["BulkDeadLetters"];
            };
        };
        responses: {
            /** @description How many matched and were put aside */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["BulkResult"];
                };
            };
        };
    };
    pauseDefinition: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Key of a definition */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description So it is from now on */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PausedDefinition"];
                };
            };
        };
    };
    resumeDefinition: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Key of a definition */
                key: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description So it is from now on */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["PausedDefinition"];
                };
            };
        };
    };
    listSchedules: {
        parameters: {
            query?: {
                limit?: number;
                offset?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ScheduleList"];
                };
            };
        };
    };
    createSchedule: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateSchedule"];
            };
        };
        responses: {
            /** @description Kept */
            201: {
                headers: {
                    /** @description Address of the schedule */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Schedule"];
                };
            };
        };
    };
    getSchedule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a schedule */
                scheduleId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The schedule */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Schedule"];
                };
            };
        };
    };
    deleteSchedule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a schedule */
                scheduleId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Removed */
            204: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    patchSchedule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a schedule */
                scheduleId: string;
            };
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PatchSchedule"];
            };
        };
        responses: {
            /** @description The schedule as it is now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Schedule"];
                };
            };
        };
    };
    pauseSchedule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a schedule */
                scheduleId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description So it is from now on */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Schedule"];
                };
            };
        };
    };
    resumeSchedule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a schedule */
                scheduleId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description So it is from now on */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Schedule"];
                };
            };
        };
    };
    runSchedule: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a schedule */
                scheduleId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Accepted */
            201: {
                headers: {
                    /** @description Address of the job */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AcceptedJob"];
                };
            };
        };
    };
    previewSchedule: {
        parameters: {
            query?: {
                /** @description How many slots */
                n?: number;
            };
            header?: never;
            path: {
                /** @description Id of a schedule */
                scheduleId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The next slots */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SchedulePreview"];
                };
            };
        };
    };
    previewUnsavedSchedule: {
        parameters: {
            query?: {
                /** @description How many slots */
                n?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["PreviewSchedule"];
            };
        };
        responses: {
            /** @description The next slots */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["SchedulePreview"];
                };
            };
        };
    };
    listTicks: {
        parameters: {
            query?: {
                limit?: number;
                /** @description Only slots before it */
                before?: string;
            };
            header?: never;
            path: {
                /** @description Id of a schedule */
                scheduleId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One page */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TickList"];
                };
            };
        };
    };
    encodeVideo: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "multipart/form-data": components["schemas"]["EncodeVideo"];
            };
        };
        responses: {
            /** @description Accepted */
            201: {
                headers: {
                    /** @description Address of the job */
                    Location?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["AcceptedVideo"];
                };
            };
        };
    };
    getVideoStatus: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a job */
                jobId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The status */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["VideoStatus"];
                };
            };
        };
    };
    downloadVideo: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Id of a job */
                jobId: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The file */
            200: {
                headers: {
                    /** @description With its name */
                    "Content-Disposition"?: string;
                    /** @description For If-Range, If-Match and If-None-Match */
                    ETag?: string;
                    [name: string]: unknown;
                };
                content: {
                    "video/*": string;
                };
            };
            /** @description A part */
            206: {
                headers: {
                    /** @description Which part */
                    "Content-Range"?: string;
                    [name: string]: unknown;
                };
                content: {
                    "video/*": string;
                };
            };
            /** @description The client has it */
            304: {
                headers: {
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
    getMetrics: {
        parameters: {
            query?: {
                /** @description Seconds that the figures may be old; 0: compute them now. Default: `METRICS_CACHE_TTL_MS` */
                ttl?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Figures of all jobs */
            200: {
                headers: {
                    /** @description Seconds since the figures were computed */
                    Age?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Metrics"];
                };
            };
        };
    };
    getDefinitionMetrics: {
        parameters: {
            query?: {
                /** @description Seconds that the figures may be old; 0: compute them now. Default: `METRICS_CACHE_TTL_MS` */
                ttl?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Definitions with jobs */
            200: {
                headers: {
                    /** @description Seconds since the figures were computed */
                    Age?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DefinitionMetricsList"];
                };
            };
        };
    };
    getThroughput: {
        parameters: {
            query?: {
                /** @description Hours to look back, the present one included */
                hours?: number;
                /** @description Minutes to look back instead, the present one included */
                minutes?: number;
                /** @description Seconds that the figures may be old; 0: compute them now. Default: `METRICS_CACHE_TTL_MS` */
                ttl?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Each hour or minute, the present one last */
            200: {
                headers: {
                    /** @description Seconds since the figures were computed */
                    Age?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Throughput"];
                };
            };
        };
    };
    getPerformance: {
        parameters: {
            query?: {
                /** @description Seconds that the figures may be old; 0: compute them now. Default: `METRICS_CACHE_TTL_MS` */
                ttl?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Over all finished jobs that are kept */
            200: {
                headers: {
                    /** @description Seconds since the figures were computed */
                    Age?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Performance"];
                };
            };
        };
    };
    getLatency: {
        parameters: {
            query?: {
                window?: "1h" | "24h" | "7d";
                definitionKey?: string;
                /** @description Seconds that the figures may be old; 0: compute them now. Default: `METRICS_CACHE_TTL_MS` */
                ttl?: number;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Of jobs that finished in the window */
            200: {
                headers: {
                    /** @description Seconds since the figures were computed */
                    Age?: string;
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Latency"];
                };
            };
        };
    };
    getPrometheusMetrics: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Prometheus text format */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/plain": string;
                };
            };
        };
    };
    listDefinitions: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description By key, then version */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["DefinitionList"];
                };
            };
        };
    };
    getHealth: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It does */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Health"];
                };
            };
        };
    };
    getReadiness: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description It can */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Readiness"];
                };
            };
        };
    };
    getOpenApi: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description OpenAPI 3.1 */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": {
                        [key: string]: unknown;
                    };
                };
            };
        };
    };
    getProblem: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                /** @description Code of a problem */
                code: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The problem */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ProblemHelp"];
                };
            };
        };
    };
    getIndex: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Name and links */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ServiceIndex"];
                };
            };
            /** @description To the dashboard, when HTML is asked for */
            302: {
                headers: {
                    /** @description Address of the dashboard */
                    Location?: string;
                    [name: string]: unknown;
                };
                content?: never;
            };
        };
    };
}

export type ProblemCode =
  | 'validation-error'
  | 'malformed-request'
  | 'malformed-json'
  | 'malformed-id'
  | 'malformed-url'
  | 'malformed-multipart'
  | 'invalid-query'
  | 'invalid-cursor'
  | 'unauthorized'
  | 'forbidden'
  | 'foreign-host'
  | 'foreign-origin'
  | 'not-found'
  | 'dashboard-not-built'
  | 'job-not-found'
  | 'dead-letter-not-found'
  | 'definition-not-found'
  | 'schedule-not-found'
  | 'not-a-video-job'
  | 'method-not-allowed'
  | 'request-timeout'
  | 'idempotency-in-progress'
  | 'job-already-finished'
  | 'dead-letter-already-retried'
  | 'schedule-name-taken'
  | 'schedule-declared'
  | 'video-not-ready'
  | 'video-gone'
  | 'precondition-failed'
  | 'payload-too-large'
  | 'uri-too-long'
  | 'unsupported-media-type'
  | 'range-not-satisfiable'
  | 'unknown-definition'
  | 'callback-not-allowed'
  | 'params-invalid'
  | 'schedule-invalid'
  | 'idempotency-key-reused'
  | 'idempotency-key-mismatch'
  | 'unsupported-video'
  | 'headers-too-large'
  | 'rate-limited'
  | 'internal-error'
  | 'ffmpeg-unavailable'
  | 'storage-unavailable'
  | 'backlog-full'
  | 'too-many-streams'
  | 'not-ready'
