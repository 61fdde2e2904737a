let chai: Chai.ExpectStatic | null = null

/** Before the first `expect`. Who tests jobs alone imports the kit as well, and has no chai. */
export async function loadChai(): Promise<void> {
  chai ??= (await import('chai')).expect
}

/** chai's own. */
export function expect(value: unknown, message?: string): Chai.Assertion {
  if (chai === null) throw new Error('chai is not loaded yet')
  return chai(value, message)
}
