import { useCallback } from 'react';
import { usePageSearch } from '#client/lib/urlState.ts';
import { useNow } from '#client/lib/useNow.ts';
import { RELATIVE_RANGES_MS } from '#shared/timeRange.ts';

/** The address of this page with the span as fixed times, so that whoever opens it later sees the same. */
export function useFixedLink(): () => string {
  const { range } = usePageSearch();
  const nowMs = useNow(10_000);
  return useCallback(() => {
    const url = new URL(window.location.href);
    if ('last' in range) {
      url.searchParams.delete('range');
      url.searchParams.set('from', String(nowMs - RELATIVE_RANGES_MS[range.last]));
      url.searchParams.set('to', String(nowMs));
    }
    return url.href;
  }, [range, nowMs]);
}
