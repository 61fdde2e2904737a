/** What a run says goes to the server's own logger and to the log of its job. */
export function runLogger(own, io) {
    const both = (level) => (message, fields) => {
        own[level](message, fields);
        io.log(level, String(message), fields);
    };
    return {
        debug: both('debug'),
        info: both('info'),
        warn: both('warn'),
        error: both('error'),
        child: (fields) => runLogger(own.child(fields), io),
    };
}
//# sourceMappingURL=run-logger.js.map