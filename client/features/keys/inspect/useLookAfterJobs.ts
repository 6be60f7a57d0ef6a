import { useEffect, useRef } from 'react';
import type { Job } from '#shared/acting/job.ts';

/** Looks again each time that one of these jobs has ended. */
export function useLookAfterJobs(jobs: readonly Job[], look: () => void): void {
  const endedCount = jobs.filter(({ endedAtMs }) => endedAtMs !== null).length;
  const seenCount = useRef(0);
  useEffect(() => {
    const isMore = endedCount > seenCount.current;
    seenCount.current = endedCount;
    if (isMore) look();
  }, [endedCount, look]);
}
