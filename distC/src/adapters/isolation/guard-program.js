/**
 * Kills process groups when their worker is gone or has not said for too long that it may keep them.
 *
 * A process of its own, because nothing inside the worker survives a SIGKILL of it, and nothing inside an isolate runs while a
 * handler spins. It reads lines: `watch <group>`, `forget <group>`, `keep <milliseconds>`.
 */
const groups = new Set();
let deadline = null;
let rest = '';
function kill() {
    for (const group of groups) {
        try {
            process.kill(-group, 'SIGKILL');
        }
        catch {
            // Gone already.
        }
    }
    groups.clear();
}
function obey(line) {
    const [verb, number] = line.split(' ');
    const value = Number(number);
    if (verb === 'watch')
        groups.add(value);
    if (verb === 'forget')
        groups.delete(value);
    if (verb === 'keep') {
        if (deadline !== null)
            clearTimeout(deadline);
        deadline = setTimeout(kill, value);
    }
}
process.stdin.setEncoding('utf8');
process.stdin.on('data', (text) => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    lines.forEach(obey);
});
const end = () => {
    kill();
    process.exit(0);
};
process.stdin.on('end', end);
process.stdin.on('error', end);
// A Ctrl-C at the terminal is for the worker, which needs its guard until the last isolate is gone.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => undefined);
export {};
//# sourceMappingURL=guard-program.js.map