/** Repeats a check until it passes; throws what it last threw when the time is over. */
export async function untilPasses(check: () => unknown, limitMs = 15_000): Promise<void> {
  const deadline = performance.now() + limitMs
  for (;;) {
    try {
      await check()
      return
    } catch (error) {
      if (performance.now() > deadline) throw error
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}
