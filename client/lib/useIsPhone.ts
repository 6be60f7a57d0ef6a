import { useCallback, useSyncExternalStore } from 'react';

/** Below Tailwind's `md`. */
const PHONE = '(max-width: 767px)';

/** True on a narrow window: for what styles alone cannot do, such as another order of columns. */
export function useIsPhone(): boolean {
  const subscribe = useCallback((changed: () => void) => {
    if (typeof window.matchMedia !== 'function') return () => {};
    const query = window.matchMedia(PHONE);
    query.addEventListener('change', changed);
    return () => query.removeEventListener('change', changed);
  }, []);
  return useSyncExternalStore(
    subscribe,
    () => typeof window.matchMedia === 'function' && window.matchMedia(PHONE).matches,
  );
}
