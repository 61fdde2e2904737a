import { accessSync, constants } from 'node:fs'
import { delimiter, join } from 'node:path'
import { chromium, type Browser } from 'playwright-core'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']

/** A Chromium of this machine: `CHROMIUM_PATH`, else one of its usual names in `PATH`; `null` when there is none. */
export function findChromium(): string | null {
  const given = process.env['CHROMIUM_PATH'] ?? ''
  if (given !== '') return given
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  return folders.flatMap((folder) => NAMES.map((name) => join(folder, name))).find(canRun) ?? null
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}

export async function openBrowser(): Promise<Browser> {
  const executablePath = findChromium()
  if (executablePath === null) throw new Error('these tests need Chromium: install it, or set CHROMIUM_PATH')
  // Its sandbox cannot be had by root, as which builds often run; the pages are our own.
  return chromium.launch({ executablePath, args: ['--no-sandbox', '--disable-dev-shm-usage'] })
}

/** Tests that need a browser. Where there is none they are left out, and that is said; a run for all stores has to have one. */
export function describeInBrowser(title: string, tests: () => void): void {
  if (findChromium() !== null || process.env['STORES'] === 'all') describe(title, tests)
  else console.warn(`\n  ! LEFT OUT: ${title}. There is no Chromium: install it, or set CHROMIUM_PATH.\n`)
}
