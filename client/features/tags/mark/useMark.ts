import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '#client/lib/trpc.ts';
import type { TagSummary } from '#shared/tags/tagSummary.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';

/** The mark of a tag as it is now, and how to purge it; read once, since Redis pays for it. */
export function useMark({ layout, tagKey }: TagSummary) {
  const trpc = useTRPC();
  return useQuery(
    trpc.tags.readMark.queryOptions(
      { targetId: DEFAULT_TARGET_ID, layout, tagKey },
      { staleTime: 0, refetchOnWindowFocus: false, retry: false },
    ),
  );
}
