"use strict";
Object.defineProperty(exports, "__esModule", { value: true });
exports.createClient = createClient;
const jobs_js_1 = require("./jobs.js");
const operators_js_1 = require("./operators.js");
const schedules_js_1 = require("./schedules.js");
const transport_js_1 = require("./transport.js");
const videos_js_1 = require("./videos.js");
/** Makes a client; asks nothing yet. */
function createClient(options) {
    const transport = new transport_js_1.Transport(options);
    return {
        jobs: new jobs_js_1.Jobs(transport),
        deadLetters: new operators_js_1.DeadLetters(transport),
        definitions: new operators_js_1.Definitions(transport),
        schedules: new schedules_js_1.Schedules(transport),
        metrics: new operators_js_1.Metrics(transport),
        videos: new videos_js_1.Videos(transport),
        workers: async (call) => (await transport.json('GET', '/v1/workers', call)).workers,
    };
}
