import type { ChildProcess } from 'node:child_process'
import { setPriority } from 'node:os'

const NICE = 5

/** Lets the server go first where both want the same processor. */
export function lowerPriority({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    setPriority(pid, NICE)
  } catch {
    // Gone already, or not allowed: it runs as any other process.
  }
}
