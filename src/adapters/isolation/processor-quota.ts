import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path/posix'

/**
 * What the control groups of this process let it and its children take of the machine's processors, as a container's limit does (cgroups(7), both
 * versions). Read once: who changes it starts the server again.
 */
export class ProcessorQuota {
  private constructor(
    /** As many as they may keep busy; `Infinity` without a limit. */
    readonly processors: number,
    private readonly statistics: readonly string[],
  ) {}

  /** @param root where control groups are shown. @param own tells which this process is in. */
  static ofThisProcess(root = '/sys/fs/cgroup', own = '/proc/self/cgroup'): ProcessorQuota {
    const groups = foldersOf(root, textOf(own))
    const limited = groups
      .map((folder) => ({ folder, limit: limitOf(folder) }))
      .filter(({ limit }) => limit < Infinity)
    return new ProcessorQuota(
      Math.min(...limited.map(({ limit }) => limit)),
      limited.map(({ folder }) => join(folder, 'cpu.stat')),
    )
  }

  /** How often they were held up so far for having taken all that they may. */
  timesThrottled(): number {
    return this.statistics.reduce(
      (sum, file) => sum + Number(/^nr_throttled (\d+)/m.exec(textOf(file))?.[1] ?? 0),
      0,
    )
  }
}

/** Of the groups that govern its processors and all that these are in; some may not be shown here. */
function foldersOf(root: string, own: string): readonly string[] {
  return own.split('\n').flatMap((line) => {
    const [, id, controllers = '', path = '/'] = /^(\d+):([^:]*):(\/.*)$/.exec(line) ?? []
    if (id === '0') return upwards(path).map((group) => join(root, group))
    return controllers.split(',').includes('cpu')
      ? upwards(path).map((group) => join(root, 'cpu', group))
      : []
  })
}

function upwards(path: string): readonly string[] {
  return path === '/' ? ['/'] : [path, ...upwards(dirname(path))]
}

function limitOf(folder: string): number {
  const [quota, period] = textOf(join(folder, 'cpu.max')).split(' ')
  if (period !== undefined) return quota === 'max' ? Infinity : Number(quota) / Number(period)
  const quotaUs = Number(textOf(join(folder, 'cpu.cfs_quota_us')))
  return quotaUs > 0 ? quotaUs / Number(textOf(join(folder, 'cpu.cfs_period_us'))) : Infinity
}

/** Nothing where there is no such file. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'latin1')
  } catch {
    return ''
  }
}
