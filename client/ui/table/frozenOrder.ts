export interface FrozenOrder {
  /** Ids in the order to draw. */
  readonly ids: readonly string[];
  /** Rows that would stand elsewhere in the wanted order. */
  readonly movedCount: number;
}

/**
 * Rows keep their place while someone looks at them: held rows in their held order, vanished ones dropped, new ones at the
 * end. `movedCount` says how many places differ from the wanted order.
 */
export function mergeFrozenOrder(held: readonly string[] | null, wanted: readonly string[]): FrozenOrder {
  if (held === null) return { ids: wanted, movedCount: 0 };
  const present = new Set(wanted);
  const kept = held.filter((id) => present.has(id));
  const known = new Set(kept);
  const ids = [...kept, ...wanted.filter((id) => !known.has(id))];
  return { ids, movedCount: ids.filter((id, index) => wanted[index] !== id).length };
}
