import { createClient } from '../client/index.js';
import { EXIT } from './exit.js';
import { Output } from './output.js';
/** One call of the command line: whom it speaks to, what it writes and how it ends. */
export class Session {
    program;
    io;
    exitCode = EXIT.ok;
    constructor(program, io) {
        this.program = program;
        this.io = io;
    }
    get client() {
        const { JOB_SERVER_API_KEY } = this.io.env;
        const apiKey = this.options.apiKey ?? JOB_SERVER_API_KEY;
        return createClient({ url: this.url, ...(apiKey === undefined || apiKey === '' ? {} : { apiKey }) });
    }
    /** The server that is meant: a local one when nothing is said. */
    get url() {
        const { JOB_SERVER_URL, PORT } = this.io.env;
        const local = `http://localhost:${PORT === undefined || PORT === '' ? '3000' : PORT}`;
        return (this.options.url ?? (JOB_SERVER_URL === undefined || JOB_SERVER_URL === '' ? local : JOB_SERVER_URL));
    }
    get output() {
        return new Output(this.io, this.options.output);
    }
    get options() {
        return this.program.opts();
    }
}
//# sourceMappingURL=session.js.map