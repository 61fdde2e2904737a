import { Command, CommanderError, Option } from 'commander';
import { addDeadLetters } from './commands/dead-letters.js';
import { addEnqueue } from './commands/enqueue.js';
import { addJobs } from './commands/jobs.js';
import { addSchedules } from './commands/schedules.js';
import { addService } from './commands/service.js';
import { EXIT, exitCodeOfError, explained } from './exit.js';
import { FORMATS } from './output.js';
import { Session } from './session.js';
const EXIT_CODES = `
Exit codes: 0 succeeded, 1 failed or refused, 2 wrong usage, 3 server unreachable, 4 cancelled, 5 timed out.`;
/** The command line with every command that needs no more than a server's address. */
export function createProgram(io) {
    const program = new Command('job-server')
        .description('Runs job servers, and speaks to them.')
        .option('--url <url>', 'the server to speak to (JOB_SERVER_URL; else http://localhost and PORT)')
        .option('--api-key <key>', 'better in JOB_SERVER_API_KEY')
        .addOption(new Option('-o, --output <format>', 'how to write answers').choices(FORMATS).default('table'))
        .addHelpText('after', EXIT_CODES)
        .exitOverride()
        .configureOutput({ writeOut: (text) => io.out(text), writeErr: (text) => io.err(text) });
    const session = new Session(program, io);
    addEnqueue(program, session);
    addJobs(program, session);
    addDeadLetters(program, session);
    addSchedules(program, session);
    addService(program, session);
    return { program, session };
}
/** Runs a command line to its end. @returns its exit code; never throws. */
export async function runProgram({ program, session }, args) {
    try {
        await program.parseAsync([...args], { from: 'user' });
        return session.exitCode;
    }
    catch (error) {
        // It has written what there is to say.
        if (error instanceof CommanderError)
            return error.code === 'commander.help' || error.exitCode !== 0 ? EXIT.usage : EXIT.ok;
        session.io.err(`error: ${explained(error, session.url)}\n`);
        return exitCodeOfError(error);
    }
}
//# sourceMappingURL=program.js.map