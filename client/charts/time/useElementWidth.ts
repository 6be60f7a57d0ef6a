import { useCallback, useState } from 'react';

/** Width of an element, px, followed as it changes; 0 until it is laid out. */
export function useElementWidth(): [(element: HTMLElement | null) => (() => void) | undefined, number] {
  const [widthPx, setWidthPx] = useState(0);
  const observe = useCallback((element: HTMLElement | null) => {
    // Documents without a layout (tests) have no observer; nothing is drawn in them.
    if (element === null || typeof ResizeObserver === 'undefined') return undefined;
    const observer = new ResizeObserver(([entry]) => {
      if (entry !== undefined) setWidthPx(Math.floor(entry.contentRect.width));
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return [observe, widthPx];
}
