import type { ChildProcess } from 'node:child_process'
import { getPriority, setPriority } from 'node:os'

const NICE = 5

/** Lets a server of ordinary priority go first where both want the same processor; one that is lower itself is not overtaken. */
export function lowerPriority({ pid }: ChildProcess): void {
  if (pid === undefined) return
  try {
    if (getPriority(pid) < NICE) setPriority(pid, NICE)
  } catch {
    // Gone already, or not allowed: it runs as any other process.
  }
}
