import { useMemo, useState } from 'react';
import { mergeFrozenOrder } from './frozenOrder.ts';

interface FrozenRowsInput<Row> {
  readonly rows: readonly Row[];
  readonly rowId: (row: Row) => string;
  /** Changes when the viewer asked for another order or filter: the hold is then let go. */
  readonly orderKey: string;
}

/** Rows in an order that stands still while the table is hovered or holds the focus. */
export function useFrozenRows<Row>({ rows, rowId, orderKey }: FrozenRowsInput<Row>) {
  const [held, setHeld] = useState<{ readonly ids: readonly string[]; readonly orderKey: string } | null>(
    null,
  );
  const byId = useMemo(() => new Map(rows.map((row) => [rowId(row), row])), [rows, rowId]);
  const wanted = useMemo(() => [...byId.keys()], [byId]);
  const heldIds = held !== null && held.orderKey === orderKey ? held.ids : null;
  const { ids, movedCount } = useMemo(() => mergeFrozenOrder(heldIds, wanted), [heldIds, wanted]);
  const shown = useMemo(
    () =>
      ids.flatMap((id) => {
        const row = byId.get(id);
        return row === undefined ? [] : [{ id, row }];
      }),
    [ids, byId],
  );
  return {
    shown,
    movedCount,
    hold: () => setHeld((before) => (before?.orderKey === orderKey ? before : { ids: wanted, orderKey })),
    release: () => setHeld(null),
    /** Takes the wanted order now and holds that. */
    apply: () => setHeld({ ids: wanted, orderKey }),
  };
}
