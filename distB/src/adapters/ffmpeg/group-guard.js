import { spawn } from 'node:child_process';
/** Reads one line: when that line comes all is well, when the other end of the pipe is gone first, so must be the group. */
const GUARD = 'read -r line || kill -KILL "-$1"';
/**
 * Kills a process group when this process dies, however it dies: a small shell in a session of its own waits for the end of
 * a pipe, which the kernel brings about even after SIGKILL. Where there is no `/bin/sh`, nothing is guarded.
 *
 * @returns to be called once the group is gone, so that its number may be given to others.
 */
export function guardGroup(groupId) {
    const guard = spawn('/bin/sh', ['-c', GUARD, 'guard', String(groupId)], {
        detached: true,
        stdio: ['pipe', 'ignore', 'ignore'],
        env: {},
    });
    guard.on('error', () => undefined);
    guard.stdin.on('error', () => undefined);
    guard.unref();
    return () => {
        guard.stdin.end('\n');
    };
}
//# sourceMappingURL=group-guard.js.map