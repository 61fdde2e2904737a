const ALL = ['memory', 'sqlite', 'postgres']

/** Stores that this run tests: all, unless `STORES=memory,sqlite` narrows it. */
export function storesWanted(): Set<string> {
  const wanted = new Set((process.env['STORES'] ?? '').split(',').filter((name) => name !== ''))
  const unknown = [...wanted].filter((name) => name !== 'all' && !ALL.includes(name))
  if (unknown.length > 0) throw new Error(`STORES names unknown stores: ${unknown.join(', ')}`)
  return wanted.size === 0 || wanted.has('all') ? new Set(ALL) : wanted
}
