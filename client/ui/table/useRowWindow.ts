import { type RefObject, useCallback, useEffect, useState } from 'react';
import { flushSync } from 'react-dom';

export const ROW_HEIGHT_PX = 32;
/** Rows drawn beyond the seen ones on either side: what a fast wheel passes before the next frame. */
const OVERSCAN = 10;
/** The window moves by so many rows at once: half of the frames of a scroll then draw nothing new. */
const STEP = 2;
/** Until the element is measured. */
const FIRST_HEIGHT_PX = 800;

interface RowWindow {
  /** First row to draw, and the one after the last. */
  readonly from: number;
  readonly to: number;
}

function windowOf(topPx: number, heightPx: number): RowWindow {
  const blockPx = ROW_HEIGHT_PX * STEP;
  const from = Math.floor(topPx / blockPx) * STEP - OVERSCAN;
  const to = Math.ceil((topPx + heightPx) / blockPx) * STEP + OVERSCAN;
  return { from: Math.max(0, from), to };
}

/**
 * Which of many rows of one height are seen, under a head of the same height that stays in place. Rows are placed by their
 * number, so that those that come and go move no other.
 */
export function useRowWindow(scroller: RefObject<HTMLElement | null>, rowCount: number) {
  const [shown, setShown] = useState(() => windowOf(0, FIRST_HEIGHT_PX));
  const look = useCallback(() => {
    const element = scroller.current;
    if (element === null) return;
    const next = windowOf(element.scrollTop, element.clientHeight);
    setShown((before) => (before.from === next.from && before.to === next.to ? before : next));
  }, [scroller]);
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    const sized = new ResizeObserver(look);
    sized.observe(element);
    element.addEventListener('scroll', look, { passive: true });
    return () => {
      sized.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, [scroller, look]);
  const scrollTo = (index: number) => {
    const element = scroller.current;
    if (element === null) return;
    const topPx = index * ROW_HEIGHT_PX;
    const lowestTopPx = topPx + 2 * ROW_HEIGHT_PX - element.clientHeight;
    if (topPx < element.scrollTop) element.scrollTop = topPx;
    else if (lowestTopPx > element.scrollTop) element.scrollTop = lowestTopPx;
    // Drawn when this returns: who walks by keys gives the row the focus.
    flushSync(look);
  };
  // Fewer rows than before may leave the place that was scrolled to empty: then the last ones are drawn.
  const from = Math.max(0, Math.min(shown.from, rowCount - (shown.to - shown.from)));
  return { from, to: Math.min(rowCount, shown.to), heightPx: rowCount * ROW_HEIGHT_PX, scrollTo };
}
