/**
 * A map with a limited number of entries: a new one displaces the one that was added first. Use it directly
 * only for values that follow from their key and never become wrong. For what others
 * may change, use remember.ts.
 */
export class BoundedMap<K, V> extends Map<K, V> {
  readonly #most: number;

  constructor(most: number) {
    super();
    this.#most = most;
  }

  override set(key: K, value: V): this {
    if (!this.has(key) && this.size >= this.#most) this.delete(this.keys().next().value as K);
    return super.set(key, value);
  }
}
