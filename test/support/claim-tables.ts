import { execute } from './postgres-databases.js'

/**
 * What claims need besides jobs, for tests that look at a store's statements alone: inline definitions of version 1, and workers that live for an hour.
 *
 * @param limits concurrency limits by key of definition; 0 is none.
 */
export async function addDefinitionsAndWorkers(
  url: string,
  limits: Readonly<Record<string, number>>,
  incarnations: readonly string[],
): Promise<void> {
  await execute(
    url,
    `insert into definitions (key, version, default_max_attempts, timeout_seconds, concurrency_limit, isolation)
       select key, 1, 3, 60, max_running, 'inline' from unnest($1::text[], $2::int[]) as d(key, max_running)`,
    [Object.keys(limits), Object.values(limits)],
  )
  await execute(
    url,
    `insert into workers (incarnation, name, host, pid, version, slots, definitions, started_at, heartbeat_at, lease_until)
       select id, 'w', 'h', 1, '1', 10, '[]', now(), now(), now() + interval '1 hour' from unnest($1::uuid[]) id`,
    [incarnations],
  )
}
