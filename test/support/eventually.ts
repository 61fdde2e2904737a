/** Repeats a check until it passes, or throws what it last threw when the time is over. */
export async function eventually(check: () => unknown, limitMs = 15_000): Promise<void> {
  const until = performance.now() + limitMs
  for (;;) {
    try {
      await check()
      return
    } catch (error) {
      if (performance.now() > until) throw error
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
  }
}
