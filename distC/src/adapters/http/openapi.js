import { OpenAPIRegistry, OpenApiGeneratorV31 } from '@asteasolutions/zod-to-openapi';
import { SCOPES } from '../../domain/access.js';
import { PROBLEMS } from './problem.js';
import { problemSchema } from './schemas/common.js';
const EVENT_STREAM = 'text/event-stream';
/** Any endpoint may answer these. */
const EVERYWHERE = [
    'malformed-url',
    'invalid-query',
    'request-timeout',
    'payload-too-large',
    'uri-too-long',
    'internal-error',
    'storage-unavailable',
];
/** Any endpoint that asks for a key may answer these. */
const GUARDED = [
    'unauthorized',
    'forbidden',
    'foreign-host',
    'foreign-origin',
    'rate-limited',
];
const KEY = 'apiKey';
/** The OpenAPI 3.1 document of a route table. */
export function openApiDocument(routes) {
    const registry = new OpenAPIRegistry();
    for (const route of routes)
        registry.registerPath(pathOf(route));
    registry.registerComponent('securitySchemes', KEY, {
        type: 'http',
        scheme: 'bearer',
        description: `An API key. Scopes are ${SCOPES.join(', ')}, each including those before it. While no key is set, none is needed.`,
    });
    return new OpenApiGeneratorV31(registry.definitions).generateDocument({
        openapi: '3.1.0',
        info: {
            title: 'Job Server',
            version: '1',
            description: 'Background jobs with retries, priorities, leases and video encoding.',
            license: { name: 'MIT', identifier: 'MIT' },
        },
        servers: [{ url: '/' }],
    });
}
function pathOf(route) {
    return {
        method: route.method,
        path: route.path.replace(/:(\w+)/g, '{$1}'),
        operationId: route.operationId,
        summary: route.summary,
        tags: [route.tag],
        security: securityOf(route.access),
        request: requestOf(route),
        responses: responsesOf(route),
    };
}
/** The scope is named where OAuth would have it; for other schemes OpenAPI 3.1 calls it a role. */
function securityOf(access) {
    return access === 'public' ? [] : [{ [KEY]: [access] }];
}
function requestOf({ params, query, requestHeaders, body, bodyIsOptional = false, form, }) {
    const request = {};
    if (params !== undefined)
        request.params = params;
    if (query !== undefined)
        request.query = query;
    if (requestHeaders !== undefined)
        request.headers = requestHeaders;
    const [mediaType, schema] = form === undefined ? ['application/json', body] : ['multipart/form-data', form];
    if (schema !== undefined)
        request.body = { required: !bodyIsOptional, content: { [mediaType]: { schema } } };
    return request;
}
function responsesOf(route) {
    const responses = {};
    for (const [status, spec] of Object.entries(route.responses))
        responses[status] = responseOf(spec);
    const everywhere = route.access === 'public' ? EVERYWHERE : [...EVERYWHERE, ...GUARDED];
    for (const [status, codes] of Object.entries(codesByStatus(new Set([...route.problems, ...everywhere])))) {
        responses[status] = {
            description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}`).join('; '),
            ...problemHeadersOf(status),
            content: { 'application/problem+json': { schema: problemSchema } },
        };
    }
    return responses;
}
function problemHeadersOf(status) {
    if (status === '503' || status === '429')
        return { headers: headersOf({ 'Retry-After': 'Seconds' }) };
    return status === '401' ? { headers: headersOf({ 'WWW-Authenticate': 'How to send a key' }) } : {};
}
function responseOf({ description, schema, mediaType = 'application/json', eventStream = false, headers, isEmpty = false, }) {
    const described = { description, ...(headers === undefined ? {} : { headers: headersOf(headers) }) };
    if (isEmpty)
        return described;
    return {
        ...described,
        content: {
            [mediaType]: { schema: schema ?? textOf(mediaType) },
            ...(eventStream ? { [EVENT_STREAM]: { schema: textOf(EVENT_STREAM) } } : {}),
        },
    };
}
function textOf(mediaType) {
    return mediaType === EVENT_STREAM
        ? { type: 'string' }
        : { type: 'string', contentMediaType: 'application/octet-stream' };
}
function headersOf(headers) {
    return Object.fromEntries(Object.entries(headers).map(([name, description]) => [name, { description, schema: { type: 'string' } }]));
}
function codesByStatus(codes) {
    const byStatus = {};
    for (const code of codes)
        (byStatus[String(PROBLEMS[code].status)] ??= []).push(code);
    return byStatus;
}
//# sourceMappingURL=openapi.js.map