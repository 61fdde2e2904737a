const VARIABLE = 'JOB_SERVER_ISOLATE';
export function writeIsolateSettings(settings) {
    return { [VARIABLE]: JSON.stringify(settings) };
}
/** Takes them out of the environment: they are no business of handlers. */
export function readIsolateSettings() {
    const settings = JSON.parse(process.env[VARIABLE] ?? '{}');
    Reflect.deleteProperty(process.env, VARIABLE);
    return settings;
}
//# sourceMappingURL=isolate-settings.js.map