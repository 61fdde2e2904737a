/** Values by their keys, made when they are missing; beyond the limit, what was not asked for longest is forgotten. */
export class Recent<V> {
  readonly #values = new Map<string, V>()

  constructor(
    private readonly limit: number,
    private readonly make: (key: string) => V,
  ) {}

  get(key: string): V {
    const known = this.#values.get(key)
    const value = known ?? this.make(key)
    // A map keeps its keys in the order of their insertion.
    if (known !== undefined) this.#values.delete(key)
    else if (this.#values.size >= this.limit) this.#forgetOldest()
    this.#values.set(key, value)
    return value
  }

  #forgetOldest(): void {
    const [oldest] = this.#values.keys()
    if (oldest !== undefined) this.#values.delete(oldest)
  }
}
