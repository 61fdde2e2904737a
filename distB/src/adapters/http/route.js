/** What may be wrong with any JSON body. */
export const BODY_PROBLEMS = [
    'validation-error',
    'malformed-json',
    'payload-too-large',
    'unsupported-media-type',
];
/** Types a route's handler by its schemas. */
export function route(spec) {
    return spec;
}
//# sourceMappingURL=route.js.map