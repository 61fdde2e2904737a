import { databaseName } from './open-stores.js';
import { VERSION } from './version.js';
/** What a person sees once the server answers: where it is, what it uses, and one command that works. */
export function banner(url, database, hasFfmpeg) {
    const ffmpeg = hasFfmpeg ? 'found' : 'not found: video jobs are refused, everything else works';
    return `
  job-server ${VERSION} is ready at ${url}

    dashboard ${url}/dashboard
    database  ${databaseName(database)}
    ffmpeg    ${ffmpeg}

  Try it:

    curl -X POST ${url}/v1/jobs -H 'Content-Type: application/json' -d '{"definitionKey":"echo","params":{"message":"Hello World"}}'

`;
}
//# sourceMappingURL=banner.js.map