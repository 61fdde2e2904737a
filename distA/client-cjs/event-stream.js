"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.jobEvents = jobEvents;
const errors_js_1 = require("./errors.js");
/** The server says something every 15 s, if only that it is there. */
const SILENCE_MS = 45_000;
/**
 * The events of a job, those that were before this call too, each once and in order, until the job is final. A connection that
 * breaks off is made again after the last event.
 *
 * @throws ApiError `job-not-found`; ConnectionError when the server stays away; the reason of the signal.
 */
async function* jobEvents(transport, jobId, { after = 0, signal } = {}) {
    let place = after;
    for (let failures = 0;;) {
        try {
            for await (const { event, data } of messages(transport, jobId, place, signal)) {
                if (event === 'end')
                    return;
                const told = JSON.parse(data);
                place = told.id;
                failures = 0;
                yield told;
            }
        }
        catch (error) {
            signal?.throwIfAborted();
            if ((0, errors_js_1.isApiError)(error) || failures >= transport.retries)
                throw error;
        }
        failures += 1;
        await transport.pause(failures, signal);
    }
}
/** The messages of one connection. */
async function* messages(transport, jobId, after, signal) {
    const over = new AbortController();
    const either = signal === undefined ? over.signal : AbortSignal.any([signal, over.signal]);
    const path = `/v1/jobs/${encodeURIComponent(jobId)}/events`;
    const headers = { Accept: 'text/event-stream' };
    const response = await transport.stream(path, { query: { after }, headers, signal: either });
    const reader = response.body.getReader();
    const decoder = new TextDecoder();
    let silence;
    try {
        for (let text = '';;) {
            clearTimeout(silence);
            silence = setTimeout(() => over.abort(new Error('the stream fell silent')), SILENCE_MS);
            const { done, value } = await reader.read();
            if (done)
                return;
            const blocks = (text + decoder.decode(value, { stream: true })).split('\n\n');
            text = blocks.pop() ?? '';
            for (const block of blocks) {
                const message = messageOf(block);
                if (message !== null)
                    yield message;
            }
        }
    }
    finally {
        clearTimeout(silence);
        over.abort();
    }
}
/** `null` for comments and for what only sets the time to reconnect. */
function messageOf(block) {
    let event = 'message';
    const data = [];
    for (const line of block.split('\n')) {
        const [, field, value = ''] = /^(\w+): ?(.*)$/.exec(line) ?? [];
        if (field === 'event')
            event = value;
        if (field === 'data')
            data.push(value);
    }
    return data.length === 0 ? null : { event, data: data.join('\n') };
}
