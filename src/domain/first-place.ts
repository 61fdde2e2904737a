/** The first place of a list, from one on and before an end, whose item fits, or the end. All items behind one that fits must fit, too. */
export function firstPlace<Item>(
  items: readonly Item[],
  fits: (item: Item) => boolean,
  from = 0,
  end = items.length,
): number {
  let low = from
  let high = end
  while (low < high) {
    const middle = (low + high) >>> 1
    if (fits(items[middle] as Item)) high = middle
    else low = middle + 1
  }
  return low
}
