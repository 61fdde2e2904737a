import { copyFile, rename } from 'node:fs/promises'
import { channelFiles } from '../../../../src/adapters/isolation/isolate-runtime.js'
import type { AnyJobDefinition } from '../../../../src/domain/job-definition.js'

const handlers: Readonly<
  Record<string, (params: { readonly from: string; readonly to: string }) => unknown>
> = {
  copies: async ({ from, to }) => {
    const workspace = channelFiles.workspace()
    const input = await workspace.fetch(from)
    if (input === null) return null
    const output = await workspace.place(to)
    await copyFile(input, `${output}.partial`)
    await rename(`${output}.partial`, output)
    await workspace.keep(to)
    await workspace.close()
    return { input, env: { ...process.env } }
  },
  fetchesAndDies: async ({ from }) => {
    await channelFiles.workspace().fetch(from)
    process.exit(3)
  },
}

/** Definitions that work on the files of their worker. */
export function filingDefinitions(): AnyJobDefinition[] {
  return Object.entries(handlers).map(([key, run]) => ({
    key,
    version: 1,
    timeoutSeconds: 60,
    memoryLimitMb: 64,
    run,
  }))
}
