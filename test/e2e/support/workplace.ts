import { tempDir } from './temp-dir.js'
import { RoleProcess, type RoleName } from './role-process.js'

/** A working directory of its own, and the processes that a test starts in it; `close` ends and removes all. */
export class Workplace {
  private readonly folder = tempDir()
  private readonly processes: RoleProcess[] = []

  get path(): string {
    return this.folder.path
  }

  run(
    role: RoleName,
    env: Readonly<Record<string, string>> = {},
    from: 'build' | 'sources' = 'build',
    args: readonly string[] = [],
  ): RoleProcess {
    const process = new RoleProcess(role, { cwd: this.path, env, from, args })
    this.processes.push(process)
    return process
  }

  async close(): Promise<void> {
    await Promise.all(this.processes.map((process) => process.kill()))
    this.folder.remove()
  }
}

export async function post(
  url: string,
  body: unknown,
): Promise<{ status: number; body: Record<string, unknown> }> {
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return { status: answer.status, body: (await answer.json()) as Record<string, unknown> }
}

export async function get<T = Record<string, unknown>>(url: string): Promise<T> {
  return (await (await fetch(url)).json()) as T
}

/** Asks again until the job has this status. */
export async function untilStatus(
  api: string,
  jobId: unknown,
  status: string,
): Promise<Record<string, unknown>> {
  const deadline = Date.now() + 30_000
  for (;;) {
    const job = await get(`${api}/v1/jobs/${String(jobId)}`)
    if (job['status'] === status) return job
    if (Date.now() > deadline) throw new Error(`not ${status} in time: ${JSON.stringify(job)}`)
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}
