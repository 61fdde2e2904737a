import { mkdir, stat } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'

/**
 * Makes a folder and those above it; one that is there already is left as it is.
 *
 * Not by the `recursive` option of `mkdir`: where the system refuses names below a folder that exists, as in `/proc`, Node.js
 * tries for ever.
 *
 * Open to owner and group alone: what the server keeps is nobody else's business on its machine.
 *
 * @throws what `mkdir` says.
 */
export async function makeFolder(path: string): Promise<void> {
  const folder = resolve(path)
  if (await isFolder(folder)) return
  await makeFolder(dirname(folder))
  await mkdir(folder, { mode: 0o770 }).catch(async (error: unknown) => {
    // Another process may have made it meanwhile.
    if (!(await isFolder(folder))) throw error
  })
}

export async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}
