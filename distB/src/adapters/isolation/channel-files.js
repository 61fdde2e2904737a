import { JobServerError, StorageUnavailableError } from '../../domain/errors.js';
/** The isolate's side of `RunFiles`: the files of the worker at the other end of the channel, which alone can reach where they are kept. */
export class ChannelFiles {
    say;
    waiting = new Map();
    asked = 0;
    /** @param say sends a message to the worker. */
    constructor(say) {
        this.say = say;
    }
    hear(message) {
        if (message.type !== 'filed')
            return;
        this.waiting.get(message.number)?.(message.answer);
        this.waiting.delete(message.number);
    }
    workspace() {
        return {
            fetch: (path) => this.ask({ verb: 'fetch', path }),
            place: async (path) => (await this.ask({ verb: 'place', path })) ?? '',
            keep: async (path) => {
                await this.ask({ verb: 'keep', path });
            },
            close: async () => {
                await this.ask({ verb: 'close', path: '' });
            },
        };
    }
    async ask(request) {
        const answer = await new Promise((resolve) => {
            const number = (this.asked += 1);
            this.waiting.set(number, resolve);
            this.say({ type: 'file', number, request });
        });
        if ('value' in answer)
            return answer.value;
        if (answer.code === null)
            throw new Error(answer.error);
        if (answer.code === 'storage-unavailable')
            throw new StorageUnavailableError(null, answer.error);
        throw new JobServerError(answer.code, answer.error);
    }
}
//# sourceMappingURL=channel-files.js.map