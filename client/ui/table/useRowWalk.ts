import { type KeyboardEvent, type RefObject, useState } from 'react';

interface RowWalkInput {
  readonly rowCount: number;
  readonly scrollTo: (index: number) => void;
  readonly scroller: RefObject<HTMLElement | null>;
}

/** One row is in the tab order; `j`, `k` and the arrows move to others, scrolling them into view first. */
export function useRowWalk({ rowCount, scrollTo, scroller }: RowWalkInput) {
  const [wantedIndex, setActiveIndex] = useState(0);
  const activeIndex = Math.min(wantedIndex, Math.max(0, rowCount - 1));
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const next = nextIndex(event.key, activeIndex, rowCount);
    if (next === null) return;
    event.preventDefault();
    setActiveIndex(next);
    scrollTo(next);
    // The row may only be drawn after the scroll.
    requestAnimationFrame(() => {
      const row = scroller.current?.querySelector<HTMLElement>(`[data-row-index="${next}"]`);
      row?.focus({ preventScroll: true });
    });
  };
  return { activeIndex, setActiveIndex, onKeyDown };
}

function nextIndex(key: string, index: number, rowCount: number): number | null {
  if (rowCount === 0) return null;
  switch (key) {
    case 'j':
    case 'ArrowDown':
      return Math.min(rowCount - 1, index + 1);
    case 'k':
    case 'ArrowUp':
      return Math.max(0, index - 1);
    case 'Home':
      return 0;
    case 'End':
      return rowCount - 1;
    default:
      return null;
  }
}
