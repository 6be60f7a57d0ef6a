/** One series of a count. `count` only grows. */
export interface Cell {
  /** In the order of the count's label names. */
  readonly labels: readonly string[];
  count: number;
}

/** A count by the values of a few labels. Whoever counts often keeps the cell and adds to it in place. */
export class LabelledCount {
  readonly #cells = new Map<string, Cell>();

  cell(...labels: readonly string[]): Cell {
    const id = labels.join('\n');
    let cell = this.#cells.get(id);
    if (cell === undefined) {
      cell = { labels, count: 0 };
      this.#cells.set(id, cell);
    }
    return cell;
  }

  cells(): Iterable<Cell> {
    return this.#cells.values();
  }
}

/** Adds to a cell; what is no number above 0 is left out, so that a count never falls and a page never fails. */
export function addTo(cell: Cell, count: number): void {
  if (Number.isFinite(count) && count > 0) cell.count += count;
}
