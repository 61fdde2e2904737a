/** Values by their keys, made when they are missing; beyond the limit, what was not asked for longest is forgotten. */
export class Recent<V> {
  readonly #values = new Map<string, V>()

  constructor(
    private readonly limit: number,
    private readonly make: (key: string) => V,
  ) {}

  get(key: string): V {
    const value = this.#values.get(key) ?? this.make(key)
    // A map keeps its keys in the order of their insertion.
    this.#values.delete(key)
    this.#values.set(key, value)
    for (const oldest of this.#values.keys()) {
      if (this.#values.size <= this.limit) break
      this.#values.delete(oldest)
    }
    return value
  }
}
