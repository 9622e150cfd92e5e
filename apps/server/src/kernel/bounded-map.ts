/**
 * A map of so many entries at most: the one that was set first goes. By itself for what follows from its key
 * and never becomes wrong; what others may change is remembered by remember.ts.
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
