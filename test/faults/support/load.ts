import { post } from '../../e2e/support/workplace.js'

/** Posts jobs, some at a time, and answers the ids that were acknowledged with a 201. */
export async function postJobs(
  api: string,
  bodies: readonly Record<string, unknown>[],
  atOnce = 32,
): Promise<string[]> {
  const ids: string[] = []
  const queue = [...bodies]
  const poster = async (): Promise<void> => {
    for (let body = queue.pop(); body !== undefined; body = queue.pop()) {
      const answer = await post(`${api}/v1/jobs`, body)
      if (answer.status !== 201) throw new Error(`refused: ${JSON.stringify(answer)}`)
      ids.push(String(answer.body['jobId']))
    }
  }
  await Promise.all(Array.from({ length: atOnce }, poster))
  return ids
}
