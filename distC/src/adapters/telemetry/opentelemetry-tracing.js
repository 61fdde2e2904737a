import { context, isSpanContextValid, ROOT_CONTEXT, SpanKind, SpanStatusCode, trace, } from '@opentelemetry/api';
import { refOf } from '../../domain/job-definition.js';
/**
 * Spans for whichever OpenTelemetry SDK the process has loaded (`node --import`); without one this costs next to nothing, and what
 * callers sent is passed on to the handlers. Names follow the conventions for messaging.
 */
export class OpenTelemetryTracing {
    tracer;
    isTraced = false;
    constructor(version) {
        this.tracer = trace.getTracer(TRACER, version);
    }
    async enqueuing(what, caller, work) {
        // Without an SDK the job still remembers what its caller said.
        if (!this.hasListener())
            return work(caller);
        const parent = caller === null ? context.active() : withRemote(context.active(), caller);
        const attributes = {
            ...MESSAGING,
            'messaging.operation.type': 'send',
            'messaging.destination.name': what,
        };
        const options = { kind: SpanKind.PRODUCER, attributes };
        return this.tracer.startActiveSpan(`enqueue ${what}`, options, parent, async (span) => {
            try {
                return await work(textOf(span));
            }
            catch (error) {
                span.setStatus({ code: SpanStatusCode.ERROR, message: String(error) });
                throw error;
            }
            finally {
                span.end();
            }
        });
    }
    running(job) {
        // Without an SDK the handler still learns what its job is a part of.
        if (!this.hasListener())
            return { traceparent: job.traceparent, end: () => undefined };
        const enqueue = job.traceparent === null ? null : remoteOf(job.traceparent);
        const span = this.tracer.startSpan(`run ${job.definitionKey}`, {
            kind: SpanKind.CONSUMER,
            root: true,
            startTime: job.startedAt,
            links: enqueue === null ? [] : [{ context: enqueue }],
            attributes: {
                ...MESSAGING,
                'messaging.operation.type': 'process',
                'messaging.destination.name': job.definitionKey,
                'messaging.message.id': job.id,
                'job.definition': refOf({ key: job.definitionKey, version: job.definitionVersion }),
                'job.attempt': job.attempts,
                'job.run': job.run,
            },
        }, ROOT_CONTEXT);
        return {
            traceparent: textOf(span) ?? job.traceparent,
            end: (result) => {
                end(span, result);
            },
        };
    }
    within(traceparent, work) {
        return traceparent === null ? work() : context.with(withRemote(context.active(), traceparent), work);
    }
    hasListener() {
        return (this.isTraced ||= hasSdk());
    }
}
const TRACER = 'job-server';
/** An SDK may be loaded at any time; until then the provider has nobody to pass spans on to. */
function hasSdk() {
    const provider = trace.getTracerProvider();
    return provider.getDelegateTracer === undefined || provider.getDelegateTracer(TRACER) !== undefined;
}
const MESSAGING = { 'messaging.system': 'job_server' };
function end(span, result) {
    span.setAttribute('job.outcome', result.kind);
    if ('message' in result)
        span.setStatus({ code: SpanStatusCode.ERROR, message: result.message });
    else if (result.kind === 'timeout')
        span.setStatus({ code: SpanStatusCode.ERROR, message: 'timed out' });
    span.end();
}
function withRemote(base, traceparent) {
    return trace.setSpanContext(base, remoteOf(traceparent));
}
function remoteOf(traceparent) {
    const [, traceId = '', spanId = '', flags = '0'] = traceparent.split('-');
    return { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true };
}
function textOf(span) {
    const spanContext = span.spanContext();
    if (!isSpanContextValid(spanContext))
        return null;
    const { traceId, spanId, traceFlags } = spanContext;
    return `00-${traceId}-${spanId}-${traceFlags.toString(16).padStart(2, '0')}`;
}
//# sourceMappingURL=opentelemetry-tracing.js.map