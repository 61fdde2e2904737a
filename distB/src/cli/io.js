import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
/** What the `.env` of the working directory says, as for every role; one that cannot be read is told by those. */
function envFile() {
    try {
        return parseEnv(readFileSync('.env', 'utf8'));
    }
    catch {
        return {};
    }
}
/** The world of this process: the environment wins over `.env`. */
export function processIo() {
    // A reader that has had enough, such as `head`, is no failure of ours.
    process.stdout.on('error', (error) => {
        if (error.code !== 'EPIPE')
            throw error;
        process.exit(0);
    });
    return {
        env: { ...envFile(), ...process.env },
        out: (text) => void process.stdout.write(text),
        err: (text) => void process.stderr.write(text),
        isTerminal: { out: process.stdout.isTTY, err: process.stderr.isTTY },
        input: async () => {
            let text = '';
            for await (const chunk of process.stdin.setEncoding('utf8'))
                text += String(chunk);
            return text;
        },
    };
}
//# sourceMappingURL=io.js.map