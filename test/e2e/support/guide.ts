import { execFile } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { JQ, putTools } from './tools.js'

const run = promisify(execFile)

/** A fenced block of the guide, cut at its blank lines, and the heading that it stands under. */
export interface GuideBlock {
  readonly heading: string
  readonly language: string
  readonly text: string
  readonly commands: readonly string[]
}

export function readGuide(file: URL): GuideBlock[] {
  const blocks: GuideBlock[] = []
  let heading = ''
  for (const [, title, language, text] of readFileSync(file, 'utf8').matchAll(
    /^#+ (.*)$|^```(\w+)\n([\s\S]*?)^```$/gm,
  )) {
    if (title !== undefined) heading = title
    else
      blocks.push({
        heading,
        language: language ?? '',
        text: text ?? '',
        commands: (text ?? '').trim().split(/\n\n+/),
      })
  }
  return blocks
}

/** Runs the guide's commands as written, but for the address, the paths and the ids that it leaves to the reader. */
export class GuideShell {
  private readonly path: string
  /** What the guide's own variable holds, as a terminal would keep it between two commands. */
  private jobId = ''

  constructor(
    private readonly folder: string,
    private readonly url: string,
    private readonly video: string,
  ) {
    this.path = putTools(join(folder, 'bin'), { jq: JQ })
  }

  /** @returns what the command printed; the id itself for one that keeps it in `JOB_ID`. */
  async run(command: string, id = ''): Promise<string> {
    const script = command
      .replaceAll('http://localhost:3000', this.url)
      .replaceAll(/\{(jobId|dlqJobId)\}/g, id)
      .replaceAll(/\/path\/to\/(your\/)?video\.mp4/g, this.video)
    const { stdout } = await run('sh', ['-c', `${script}\necho "#$JOB_ID"`], {
      cwd: this.folder,
      env: { PATH: this.path, JOB_ID: this.jobId },
    })
    const [, printed = '', kept = ''] = /^([\s\S]*)#(.*)\n$/.exec(stdout) ?? []
    if (kept === this.jobId) return printed
    this.jobId = kept
    return kept
  }

  async json(command: string, id = ''): Promise<Record<string, unknown>> {
    return JSON.parse(await this.run(command, id)) as Record<string, unknown>
  }
}
