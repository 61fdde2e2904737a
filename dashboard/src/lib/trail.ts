/** The pages of a list on the way to this one, by cursor: it ends where one is, and begins anew at the first page. */
export function trailTo(trail: readonly string[], cursor: string): readonly string[] {
  if (cursor === '') return [cursor]
  const place = trail.indexOf(cursor)
  return place === -1 ? [...trail, cursor] : trail.slice(0, place + 1)
}
