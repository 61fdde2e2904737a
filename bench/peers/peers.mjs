/** The peers behind one shape: each opens on a database and can add jobs and work them off, as fast as its own manual says. */
import { pathToFileURL } from 'node:url'

const CONNECTIONS = 20

export const peers = {
  'graphile-worker': (database) => graphileWorker(database, {}),
  'graphile-worker, local queue': (database) =>
    graphileWorker(database, { localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 }),
  'pg-boss': pgBoss,
  plainjob,
}

async function graphileWorker(connectionString, options) {
  const { Logger, makeWorkerUtils, run } = await import('graphile-worker')
  const { default: pg } = await import('pg')
  const pgPool = new pg.Pool({ connectionString, max: CONNECTIONS })
  const logger = new Logger(() => () => undefined)
  const utils = await makeWorkerUtils({ pgPool, logger })
  await utils.migrate()
  return {
    add: (payload) => utils.addJob('noop', payload),
    addMany: (payloads) => utils.addJobs(payloads.map((payload) => ({ identifier: 'noop', payload }))),
    work: (handler) =>
      run({
        pgPool,
        logger,
        noHandleSignals: true,
        preset: { worker: { concurrentJobs: 50, maxPoolSize: CONNECTIONS, ...options } },
        taskList: { noop: handler },
      }),
  }
}

async function pgBoss(connectionString) {
  const { PgBoss } = await import('pg-boss')
  const boss = new PgBoss({ connectionString, max: CONNECTIONS, useListenNotify: true })
  boss.on('error', (error) => console.error(error))
  await boss.start()
  await boss.createQueue('noop', { notify: true })
  const options = {
    batchSize: 500,
    localConcurrency: 2,
    burstWhenBatchFull: true,
    pollingIntervalSeconds: 0.5,
  }
  return {
    add: (data) => boss.send('noop', data),
    addMany: (all) =>
      boss.insert(
        'noop',
        all.map((data) => ({ data })),
      ),
    work: (handler) =>
      boss.work('noop', options, async (batch) => {
        for (const { data } of batch) await handler(data)
      }),
  }
}

/** Works in the process that adds, which is what it is made for. */
async function plainjob(path) {
  const { better, defineQueue, defineWorker } = await import('plainjob')
  const { default: Database } = await import(pathToFileURL(process.env.BETTER_SQLITE3).href)
  const silent = () => undefined
  const logger = { error: silent, warn: silent, info: silent, debug: silent }
  const queue = defineQueue({ connection: better(new Database(path)), logger })
  return {
    isOneProcess: true,
    add: async (data) => queue.add('noop', data),
    addMany: async (all) => queue.addMany('noop', all),
    work: (handler) =>
      defineWorker('noop', ({ data }) => handler(JSON.parse(data)), { queue, logger }).start(),
  }
}
