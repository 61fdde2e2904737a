import type { ProblemCode } from './problem.js'

interface Help {
  /** Why one is answered so. */
  readonly cause: string
  /** What to do about it. */
  readonly remedy: string
}

/** What each problem means and what to do; `docs/troubleshooting.md` and `/problems/<code>` are made of it. */
export const PROBLEM_HELP: Readonly<Record<ProblemCode, Help>> = {
  'validation-error': {
    cause: 'A member of the body or form is missing, unknown, of the wrong type or out of range.',
    remedy: 'See `errors`: each has a pointer to the member and what it takes.',
  },
  'malformed-request': {
    cause: 'What arrived cannot be read as HTTP/1.1, or has no `Host` header.',
    remedy:
      'Look at what sends it: a proxy, or a client that speaks another protocol or TLS to a plain port.',
  },
  'malformed-json': {
    cause: 'The body is not JSON, or not a JSON object, or is not in UTF-8.',
    remedy: 'In a shell, put the body in single quotes; shells differ in what they do with double ones.',
  },
  'malformed-id': {
    cause: 'The id in the address is not a UUID.',
    remedy:
      'Often a shell variable that is empty, or an id that was copied in part: `GET /v1/jobs?q=` finds a job by the beginning of its id.',
  },
  'malformed-url': {
    cause: 'The path has a `%` that begins no valid escape.',
    remedy: 'Encode what goes into a path, in JavaScript by `encodeURIComponent`.',
  },
  'malformed-multipart': {
    cause: 'The upload is not multipart/form-data as it says, or was cut short.',
    remedy:
      'Send the file as the field `video` (`curl -F video=@file.mp4`), and leave the `Content-Type` header to the client.',
  },
  'invalid-query': {
    cause: 'The query has a name that this endpoint does not take, or a value that the name does not.',
    remedy: 'See `errors`; the names are in the table of endpoints.',
  },
  'invalid-cursor': {
    cause: 'The `cursor` was not made by this server.',
    remedy: 'Pass on `nextCursor` of the page before as it is, with the same filters.',
  },
  unauthorized: {
    cause: 'The server has keys, and the request has none or one that is not known.',
    remedy:
      'Send `Authorization: Bearer <key>`. A key that was just made by command works within five seconds. Revoking the last key does not open the server again: make a new one with `npm run keys`.',
  },
  forbidden: {
    cause: 'The key is known, but its scope does not reach so far.',
    remedy:
      'Use a key with the scope that the detail names; `admin` includes `submit`, which includes `read`.',
  },
  'foreign-host': {
    cause: 'No key is set, and the request names another host than this machine.',
    remedy:
      'Set `API_KEYS`, which opens the server to others, or call it by `localhost`. Behind a proxy set keys as well.',
  },
  'foreign-origin': {
    cause: 'A page of another origin sent the request, and no key is set.',
    remedy: 'Set `API_KEYS`, and name the origin of the page in `CORS_ORIGINS`.',
  },
  'not-found': {
    cause: 'There is no endpoint at this path.',
    remedy: 'Look for a slash at the end, upper case, or a missing `/v1`; `/openapi.json` has every path.',
  },
  'dashboard-not-built': {
    cause: 'The built files of the dashboard are missing.',
    remedy: 'Run `npm run build`; the server finds them without a restart.',
  },
  'job-not-found': {
    cause: 'No job has this id, or it was removed after its time.',
    remedy:
      'See `RETENTION_SUCCEEDED_DAYS` and its like; and whether you ask the server with the right database.',
  },
  'dead-letter-not-found': {
    cause: 'No dead letter has this id: it was discarded, or removed with its job.',
    remedy: 'The id is `dlqJobId`, not that of the job; `GET /v1/dlq` has both.',
  },
  'definition-not-found': {
    cause: 'No definition of this key was ever published.',
    remedy:
      '`GET /v1/definitions` lists all; a role with the module in `JOB_DEFINITIONS` publishes it when it starts.',
  },
  'schedule-not-found': {
    cause: 'No schedule has this id.',
    remedy: '`GET /v1/schedules` lists all by name.',
  },
  'not-a-video-job': {
    cause: 'The job exists, but is not one of `encode.video`.',
    remedy: 'Ask for it at `/v1/jobs/<id>`.',
  },
  'method-not-allowed': {
    cause: 'The path exists, with other methods.',
    remedy: 'See the `Allow` header.',
  },
  'request-timeout': {
    cause: 'Headers or body came too slowly.',
    remedy:
      'A JSON body has 30 s in all, an upload has to keep a pace. Look for a client that waits before it sends, or a proxy that holds back.',
  },
  'idempotency-in-progress': {
    cause: 'Another request with this idempotency key has not been committed for two seconds.',
    remedy:
      'Repeat it after `Retry-After`. When it stays, look for a transaction that was left open in a program that enqueues inside its own.',
  },
  'job-already-finished': {
    cause: 'The job has succeeded, failed or been cancelled; that is final.',
    remedy:
      'Nothing has to be done for a cancel. To run it again, retry its dead letter, or `POST /v1/jobs/retry`.',
  },
  'dead-letter-already-retried': {
    cause: 'A new job was made of this dead letter before; there is only ever one.',
    remedy: '`jobId` in the answer is that job. If it failed, it has a dead letter of its own.',
  },
  'schedule-name-taken': {
    cause: 'Another schedule has this name.',
    remedy: 'Choose another one, or change the schedule that has it.',
  },
  'schedule-declared': {
    cause: 'The schedule is declared in the code of a definition, which would make it again.',
    remedy: 'Pause it, or remove it from the code: then it is paused, and can be deleted.',
  },
  'video-not-ready': {
    cause: 'The encode has not succeeded, or not yet.',
    remedy: 'Wait for the job (`GET /v1/jobs/<id>?wait=60`); `jobStatus` says how it stands.',
  },
  'video-gone': {
    cause: 'The job succeeded, but its file is no longer where files are kept.',
    remedy:
      'Somebody removed it, or `DATA_DIR` or `FILES` is another one than the worker has. On several machines set `FILES`.',
  },
  'payload-too-large': {
    cause:
      'The body is larger than `MAX_BODY_BYTES`, a batch than `MAX_BATCH_BYTES`, an upload than `MAX_UPLOAD_BYTES`.',
    remedy:
      'Put large data where the handler can fetch it and give its address in the params, or raise the limit.',
  },
  'uri-too-long': {
    cause: 'The URL has more than 8192 characters.',
    remedy:
      'Use a filter in a body (`POST /v1/jobs/cancel` and its like) instead of many values in the query.',
  },
  'unsupported-media-type': {
    cause: 'The `Content-Type` is not what the endpoint takes.',
    remedy: 'Send `application/json`, or for an upload `multipart/form-data`.',
  },
  'precondition-failed': {
    cause: 'The `If-Match` of a download names another file than the one that is there.',
    remedy: 'Begin the download anew; the `ETag` of the answer is that of the file.',
  },
  'range-not-satisfiable': {
    cause: 'The `Range` lies outside the file, or asks for several ranges.',
    remedy: '`Content-Range` in the answer has the size.',
  },
  'unknown-definition': {
    cause: 'No definition of this key, or of this version, was published.',
    remedy:
      '`GET /v1/definitions` lists all. Start a role with the module in `JOB_DEFINITIONS`, or run `npm run register-definitions` with it.',
  },
  'callback-not-allowed': {
    cause: 'The callback names a private address, or a port other than 80, 443, 8080 and 8443.',
    remedy:
      'Use a public address, or set `CALLBACK_ALLOW_PRIVATE=true` for all roles when all who may submit jobs are trusted.',
  },
  'params-invalid': {
    cause:
      'The params do not fit the schema of the definition, or cannot be kept: NUL, lone surrogates, more than 64 levels, keys like `__proto__`.',
    remedy: 'See `errors`; `GET /v1/definitions` has the schema as JSON Schema.',
  },
  'schedule-invalid': {
    cause: 'The cron expression, the zone or the times cannot be used together.',
    remedy: 'See `errors`; `POST /v1/schedules/preview` tries times without keeping them.',
  },
  'idempotency-key-reused': {
    cause: 'The key stands for an earlier request with another body.',
    remedy:
      'Use one key for one piece of work. The key is free again when the job of the first request is removed.',
  },
  'idempotency-key-mismatch': {
    cause: 'The `Idempotency-Key` header and `idempotencyKey` in the body differ.',
    remedy: 'Send one of the two.',
  },
  'unsupported-video': {
    cause:
      'The file is no video that ffmpeg can read, or beyond the limits: 6 hours, 8192 pixels a side, 240 frames a second, 64 streams.',
    remedy:
      'Try `ffprobe` on it; an ffmpeg with more decoders can be named by `FFMPEG_PATH` and `FFPROBE_PATH`.',
  },
  'headers-too-large': {
    cause: 'The headers have more than 16 KiB.',
    remedy: 'Most often cookies of other applications on the same host: call the server by another name.',
  },
  'rate-limited': {
    cause: 'This key, or this address without one, sends more than `RATE_LIMIT_PER_SECOND`.',
    remedy:
      'Wait for `Retry-After`; send many jobs as a batch. Behind a proxy all callers without a key are one address: give them keys.',
  },
  'internal-error': {
    cause: 'The server failed in a way that nobody foresaw.',
    remedy: 'Its log has the error with the `requestId` of the answer. Please report it.',
  },
  'ffmpeg-unavailable': {
    cause: 'Neither `FFMPEG_PATH` nor `PATH` nor the npm packages lead to an ffmpeg and an ffprobe that run.',
    remedy: 'Install ffmpeg (`apt-get install ffmpeg`); `npx job-server doctor` says what was looked at.',
  },
  'storage-unavailable': {
    cause: 'The database does not answer in time, is full or read-only, or the file store is away.',
    remedy:
      'Requests may be repeated after `Retry-After`. `/readyz` names what is away, the log why. When only the pool is too small: `DB_POOL_MAX`.',
  },
  'backlog-full': {
    cause: 'As many jobs are queued as `MAX_QUEUED` allows.',
    remedy:
      'Repeat it later; add workers or slots (`MAX_CONCURRENT_EXECUTIONS`), or find out with `GET /v1/jobs/<id>/explain` why nothing runs. A batch goes in whole: one of more new jobs than the limit never does.',
  },
  'too-many-streams': {
    cause: 'As many clients follow events or wait for jobs as `MAX_STREAMS` allows.',
    remedy: 'Repeat it later, start another API process, or raise the limit.',
  },
  'not-ready': {
    cause: 'The server starts, stops, or lacks something that it needs.',
    remedy: '`checks` names what: the database, migrations, the worker’s lease, the disk, the file store.',
  },
}
