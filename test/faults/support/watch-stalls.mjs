// Notes how long the event loop of this process stood still, and the processor time that the process took meanwhile: the rest of
// a stall it waited, for a processor or for the disk.

const STEP_MS = 5
const NOTED_MS = 15

export function watchStalls(note) {
  let before = performance.now()
  let cpuBefore = process.cpuUsage()
  setInterval(() => {
    const now = performance.now()
    const ms = now - before - STEP_MS
    const cpu = process.cpuUsage(cpuBefore)
    if (ms > NOTED_MS)
      note({ what: 'stall', at: performance.timeOrigin + now, ms, cpuMs: (cpu.user + cpu.system) / 1e3 })
    before = now
    cpuBefore = process.cpuUsage()
  }, STEP_MS).unref()
}
