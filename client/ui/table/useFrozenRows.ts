import { type RefObject, useEffect, useEffectEvent, useMemo, useRef, useState } from 'react';
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
  const heldIds = held !== null && held.orderKey === orderKey ? held.ids : null;
  const { shown, movedCount } = useMemo(
    () => (heldIds === null ? { shown: rows, movedCount: 0 } : holdRows(heldIds, rows, rowId)),
    [heldIds, rows, rowId],
  );
  const wantedIds = () => rows.map(rowId);
  const frame = useRef<HTMLDivElement>(null);
  useHold(frame, {
    hold: () =>
      setHeld((before) => (before?.orderKey === orderKey ? before : { ids: wantedIds(), orderKey })),
    release: () => setHeld(null),
  });
  return {
    shown,
    movedCount,
    /** Goes on the element that holds the table and its note. */
    frame,
    /** Takes the wanted order now and holds that. */
    apply: () => setHeld({ ids: wantedIds(), orderKey }),
  };
}

function holdRows<Row>(heldIds: readonly string[], rows: readonly Row[], rowId: (row: Row) => string) {
  const byId = new Map(rows.map((row) => [rowId(row), row]));
  const { ids, movedCount } = mergeFrozenOrder(heldIds, [...byId.keys()]);
  const shown = ids.flatMap((id) => {
    const row = byId.get(id);
    return row === undefined ? [] : [row];
  });
  return { shown, movedCount };
}

interface Hold {
  readonly hold: () => void;
  readonly release: () => void;
}

/** Holds from the moment the pointer or the focus comes in until both are out. */
function useHold(frame: RefObject<HTMLElement | null>, { hold, release }: Hold): void {
  const enter = useEffectEvent(hold);
  const leave = useEffectEvent(release);
  useEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const left = () => {
      if (!element.contains(document.activeElement)) leave();
    };
    const blurred = (event: FocusEvent) => {
      const { relatedTarget } = event;
      const staysInside = relatedTarget instanceof Node && element.contains(relatedTarget);
      if (!staysInside && !element.matches(':hover')) leave();
    };
    const entered = () => enter();
    element.addEventListener('mouseenter', entered);
    element.addEventListener('mouseleave', left);
    element.addEventListener('focusin', entered);
    element.addEventListener('focusout', blurred);
    return () => {
      element.removeEventListener('mouseenter', entered);
      element.removeEventListener('mouseleave', left);
      element.removeEventListener('focusin', entered);
      element.removeEventListener('focusout', blurred);
    };
  }, [frame]);
}
