/** The first so many names stand for themselves, all later ones for `other`: what is named by data cannot grow the metrics. */
export class BoundedNames {
  readonly #maxCount: number;
  readonly #other: string;
  readonly #names = new Set<string>();

  constructor(maxCount: number, other: string) {
    this.#maxCount = maxCount;
    this.#other = other;
  }

  of(name: string): string {
    if (this.#names.has(name)) return name;
    if (this.#names.size >= this.#maxCount) return this.#other;
    this.#names.add(name);
    return name;
  }
}
