import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
/** The worker's side of the process that kills its isolates if this one dies or hangs; started with the first isolate. */
export class Guard {
    nodeArguments;
    process = null;
    watched = new Set();
    /** @param nodeArguments what a child needs to run TypeScript, when this process runs from sources. */
    constructor(nodeArguments) {
        this.nodeArguments = nodeArguments;
    }
    watch(group) {
        this.watched.add(group);
        this.say(`watch ${group}`);
    }
    forget(group) {
        this.watched.delete(group);
        this.say(`forget ${group}`);
    }
    /** Everything that is watched is killed unless this is said again within the time. */
    keep(ms) {
        if (this.process !== null)
            this.say(`keep ${Math.max(0, Math.round(ms))}`);
    }
    close() {
        const { process } = this;
        this.process = null;
        process?.stdin?.end();
    }
    say(line) {
        this.process ??= this.start();
        this.process.stdin?.write(`${line}\n`);
    }
    start() {
        const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
        const program = fileURLToPath(new URL(`./guard-program.${extension}`, import.meta.url));
        const guard = spawn(process.execPath, [...this.nodeArguments, program], {
            stdio: ['pipe', 'ignore', 'ignore'],
            env: {},
            // In a session of its own: what ends the worker's group must not end its guard first.
            detached: true,
        });
        guard.unref();
        guard.stdin.on('error', () => undefined);
        guard.on('error', () => undefined);
        guard.once('exit', () => {
            if (this.process !== guard)
                return;
            this.process = null;
            for (const group of this.watched)
                this.say(`watch ${group}`);
        });
        return guard;
    }
}
//# sourceMappingURL=guard.js.map