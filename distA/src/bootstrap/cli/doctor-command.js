import { EXIT } from '../../cli/exit.js';
import { examine } from '../doctor/examine.js';
/** @returns the exit code: 1 when something keeps a server from its work. */
export async function doctor({ io, output }) {
    const findings = await examine(io.env, { nodeVersion: process.version, now: Date.now });
    output.list({ findings }, findings, [
        { head: 'check', of: ({ check }) => check },
        { head: 'state', of: ({ state }) => state },
        { head: 'what', of: ({ says }) => says },
    ]);
    if (output.format === 'table')
        for (const { check, fix } of findings)
            if (fix !== null)
                io.out(`\n${check}: ${fix}`);
    if (output.format === 'table')
        io.out('\n');
    return findings.some(({ state }) => state === 'broken') ? EXIT.failed : EXIT.ok;
}
//# sourceMappingURL=doctor-command.js.map