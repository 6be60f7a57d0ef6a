import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '#client/lib/trpc.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';

export interface TagAddress {
  readonly layout: string;
  readonly tagKey: string;
}

/** One tag by a sample of its members; asked once, and again only when a person says so, since Redis pays for it. */
export function useTag({ layout, tagKey }: TagAddress) {
  const trpc = useTRPC();
  return useQuery(
    trpc.tags.detail.queryOptions(
      { targetId: DEFAULT_TARGET_ID, layout, tagKey },
      {
        enabled: layout !== '' && tagKey !== '',
        staleTime: 60_000,
        refetchOnWindowFocus: false,
        retry: false,
      },
    ),
  );
}
