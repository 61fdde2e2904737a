import { createLogger, format, transports } from 'winston';
import { redactor } from './redact.js';
/** Where a format leaves the line that transports write. */
const LINE = Symbol.for('message');
/** Logs to standard output: one JSON object a line, or text for people. */
export function winstonLogger(options) {
    const redact = redactor(options.secrets ?? []);
    const written = options.format === 'json' ? format.json() : format.printf(textLine);
    const redacted = format((entry) => ({ ...entry, [LINE]: redact(String(entry[LINE])) }));
    const line = format.combine(format.timestamp(), written, redacted());
    const winston = createLogger({ level: options.level, format: line, transports: [new transports.Console()] });
    return adapt(winston);
}
function adapt(winston) {
    const log = (level) => (message, fields) => {
        if (winston.isLevelEnabled(level))
            winston.log(level, singleLine(String(message)), metaOf(fields));
    };
    return {
        debug: log('debug'),
        info: log('info'),
        warn: log('warn'),
        error: log('error'),
        child: (fields) => adapt(winston.child(fields)),
    };
}
/** Handlers may log anything; what is not a plain object goes under one name, so that it never spreads over the line. */
function metaOf(fields) {
    if (fields === undefined)
        return {};
    if (fields instanceof Error)
        return { error: fields.message };
    if (typeof fields === 'object' && fields !== null && !Array.isArray(fields)) {
        const { message, level, ...rest } = fields;
        return {
            ...rest,
            ...(message === undefined ? {} : { fieldMessage: message }),
            ...(level === undefined ? {} : { fieldLevel: level }),
        };
    }
    return { value: fields };
}
function textLine({ timestamp, level, message, ...fields }) {
    const rest = Object.entries(fields).map(([key, value]) => ` ${key}=${typeof value === 'string' ? singleLine(value) : JSON.stringify(value)}`);
    return `${String(timestamp)} ${level} ${String(message)}${rest.join('')}`;
}
/** One line per event, whatever a caller's text holds: escapes line breaks and terminal control characters. */
function singleLine(text) {
    return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/g, (character) => JSON.stringify(character).slice(1, -1));
}
//# sourceMappingURL=winston-logger.js.map