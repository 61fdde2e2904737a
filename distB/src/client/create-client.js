import { Jobs } from './jobs.js';
import { Definitions, DeadLetters, Metrics } from './operators.js';
import { Schedules } from './schedules.js';
import { Transport } from './transport.js';
import { Videos } from './videos.js';
/** Makes a client; asks nothing yet. */
export function createClient(options) {
    const transport = new Transport(options);
    return {
        jobs: new Jobs(transport),
        deadLetters: new DeadLetters(transport),
        definitions: new Definitions(transport),
        schedules: new Schedules(transport),
        metrics: new Metrics(transport),
        videos: new Videos(transport),
        workers: async (call) => (await transport.json('GET', '/v1/workers', call)).workers,
    };
}
//# sourceMappingURL=create-client.js.map