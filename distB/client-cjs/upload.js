"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.sendForm = sendForm;
const errors_js_1 = require("./errors.js");
const random_key_js_1 = require("./random-key.js");
/** Pages tell progress by XMLHttpRequest only; everywhere else the body is a stream that is watched. */
function sendForm(transport, form, options) {
    const { signal } = options;
    const { XMLHttpRequest: Request } = globalThis;
    return transport.repeated({ repeatable: false, signal }, () => Request === undefined
        ? sendStream(transport, form, options)
        : sendByPage(transport, form, options, new Request()));
}
function sendStream(transport, form, { signal, onProgress }) {
    const boundary = `job-server-${(0, random_key_js_1.randomKey)()}`;
    const whole = multipart(form, boundary);
    const counted = whole.stream().pipeThrough(counter(whole.size, onProgress));
    return transport.once('POST', form.path, {
        body: counted,
        headers: { 'Content-Type': `multipart/form-data; boundary=${boundary}` },
        extraMs: Infinity,
        signal,
    }, (response) => response.json());
}
/** A blob of blobs: the file is read from where it is as it is sent. */
function multipart({ fields, file: { field, blob, filename } }, boundary) {
    const type = blob.type === '' ? 'application/octet-stream' : blob.type;
    return new Blob([
        ...fields.map(([name, value]) => `--${boundary}\r\n${disposition(name)}\r\n\r\n${value}\r\n`),
        `--${boundary}\r\n${disposition(field)}; filename="${quoted(filename)}"\r\nContent-Type: ${type}\r\n\r\n`,
        blob,
        `\r\n--${boundary}--\r\n`,
    ]);
}
function disposition(name) {
    return `Content-Disposition: form-data; name="${quoted(name)}"`;
}
/** As pages write it. */
function quoted(text) {
    return text.replace(/\r/g, '%0D').replace(/\n/g, '%0A').replace(/"/g, '%22');
}
function counter(totalBytes, onProgress) {
    let sentBytes = 0;
    return new TransformStream({
        transform: (chunk, controller) => {
            controller.enqueue(chunk);
            sentBytes += chunk.byteLength;
            onProgress?.({ sentBytes, totalBytes });
        },
    });
}
function sendByPage(transport, form, { signal, onProgress }, request) {
    const { path, fields, file } = form;
    const body = new FormData();
    for (const [name, value] of fields)
        body.append(name, value);
    body.append(file.field, file.blob, file.filename);
    return new Promise((resolve, reject) => {
        signal?.throwIfAborted();
        const abort = () => {
            request.abort();
            reject(signal?.reason);
        };
        signal?.addEventListener('abort', abort, { once: true });
        request.open('POST', transport.address(path));
        for (const [name, value] of Object.entries(transport.headers()))
            request.setRequestHeader(name, value);
        request.upload.onprogress = ({ loaded, total }) => onProgress?.({ sentBytes: loaded, totalBytes: total });
        request.onerror = () => reject(new errors_js_1.ConnectionError(`cannot reach ${transport.address(path)}`));
        request.onload = () => {
            signal?.removeEventListener('abort', abort);
            const answer = parsed(request.responseText);
            if (request.status < 400)
                resolve(answer);
            else
                reject(new errors_js_1.ApiError(request.status, answer, Number(request.getResponseHeader('Retry-After')) || null));
        };
        request.send(body);
    });
}
function parsed(text) {
    try {
        return JSON.parse(text);
    }
    catch {
        return {};
    }
}
