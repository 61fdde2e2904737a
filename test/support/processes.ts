import { readdir, readFile } from 'node:fs/promises'

/** Ids of the living processes whose command line contains a text, such as the name of a test's own folder. */
export async function processesNaming(text: string): Promise<number[]> {
  const pids = (await readdir('/proc')).map(Number).filter((pid) => pid > 0 && pid !== process.pid)
  const commandLines = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')),
  )
  return pids.filter((_, index) => commandLines[index]?.includes(text))
}

/** Those of them that this process has started itself. */
export async function childrenNaming(text: string): Promise<number[]> {
  const pids = await processesNaming(text)
  const statuses = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/status`, 'latin1').catch(() => '')),
  )
  return pids.filter((_, index) => statuses[index]?.includes(`\nPPid:\t${process.pid}\n`))
}
