import { useEffect, useRef } from 'react';

/** A ref for the page's filter field: `/` puts the cursor into it. */
export const FILTER_EVENT = 'cachescope-filter';

export function useFilterShortcut() {
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    const focus = () => {
      field.current?.focus();
      field.current?.select();
    };
    window.addEventListener(FILTER_EVENT, focus);
    return () => window.removeEventListener(FILTER_EVENT, focus);
  }, []);
  return field;
}
