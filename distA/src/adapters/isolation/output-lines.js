import { StringDecoder } from 'node:string_decoder';
import { endMark } from './messages.js';
/** A line that has no end is told in pieces. */
const MAX_LINE = 64 * 1024;
/** No mark of an end is longer. */
const MAX_MARK = 64;
/** What a process writes into one of its pipes, line by line. */
export class OutputLines {
    tell;
    onEnd;
    decoder = new StringDecoder('utf8');
    rest = '';
    ends = 0;
    unread = '';
    /** @param onEnd called where the end of a run is marked. */
    constructor(stream, tell, onEnd) {
        this.tell = tell;
        this.onEnd = onEnd;
        stream.on('data', (bytes) => {
            // After the messages that were there before these bytes: the process has said in them which runs were over by then.
            if (this.unread === '')
                setImmediate(() => {
                    this.takeUnread();
                });
            this.unread += this.decoder.write(bytes);
        });
        stream.on('close', () => {
            this.endLine();
        });
        stream.on('error', () => undefined);
    }
    /** As if the end of a run were marked here. */
    end() {
        this.endLine();
        this.onEnd();
    }
    /** Tells a last line that has no end yet. */
    endLine() {
        this.takeUnread();
        const line = this.rest + this.decoder.end();
        this.rest = '';
        if (line !== '')
            this.tell(line);
    }
    takeUnread() {
        const text = this.unread;
        this.unread = '';
        this.take(text);
    }
    take(text) {
        const lines = (this.rest + text).split('\n');
        this.rest = lines.pop() ?? '';
        for (const line of lines)
            this.takeLine(line);
        // Never within a mark.
        while (this.rest.length > MAX_LINE + MAX_MARK) {
            this.tell(this.rest.slice(0, MAX_LINE));
            this.rest = this.rest.slice(MAX_LINE);
        }
    }
    takeLine(line) {
        const mark = endMark(this.ends + 1);
        if (line.endsWith(mark)) {
            // What it follows has no end of its own.
            if (line !== mark)
                this.tell(line.slice(0, -mark.length));
            this.ends += 1;
            this.onEnd();
        }
        else
            this.tell(line.endsWith('\r') ? line.slice(0, -1) : line);
    }
}
//# sourceMappingURL=output-lines.js.map