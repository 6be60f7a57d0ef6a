import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useTRPC } from '#client/lib/trpc.ts';
import type { KeySearch } from '#shared/keys/keySearch.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { type FoundPages, gatherFound, KEYS_BEFORE_PAUSE } from './prepareKeys.ts';
import { useIsVisible } from './useIsVisible.ts';

/** Never sent: the query is off without a search. */
const NO_SEARCH: KeySearch = { kind: 'exact', text: '-' };

/** What a person said of one search. */
interface Wish {
  readonly searchId: string;
  readonly isStopped: boolean;
  /** Found keys at which it pauses by itself. */
  readonly mostKeys: number;
}

/**
 * The keys of a search, a call at a time: each walks as far as the budget of all viewers lets it. Goes on by itself while somebody
 * can see it, until all keys were looked at, many were found, a call failed, or `stop`.
 */
export function useKeySearch(search: KeySearch | null) {
  const trpc = useTRPC();
  const client = useQueryClient();
  const isVisible = useIsVisible();
  const input = { targetId: DEFAULT_TARGET_ID, search: search ?? NO_SEARCH };
  const found = useInfiniteQuery(
    trpc.keys.find.infiniteQueryOptions(input, {
      enabled: search !== null,
      staleTime: Number.POSITIVE_INFINITY,
      refetchOnWindowFocus: false,
      getNextPageParam: (last) => last.walk?.cursor ?? undefined,
      initialCursor: null,
    }),
  );
  const searchId = JSON.stringify(input.search);
  const [said, setSaid] = useState<Wish | null>(null);
  // Of another search nothing was said.
  const wish = said?.searchId === searchId ? said : firstWish(searchId);
  const isPausing = countOf(found.data) >= wish.mostKeys;
  const isWalking = search !== null && found.hasNextPage && !found.isError && !wish.isStopped && !isPausing;
  const { isFetching, fetchNextPage } = found;
  const cursor = found.data?.pages.at(-1)?.walk?.cursor ?? null;
  // The cursor tells one call from the next, where an answer is there before anybody saw that it was waited for.
  const next = isWalking && isVisible ? cursor : null;
  useEffect(() => {
    if (next !== null && !isFetching) void fetchNextPage();
  }, [next, isFetching, fetchNextPage]);
  return {
    found,
    isWalking,
    /** Enough keys were found for somebody to look at first. */
    isPausing,
    /** After `stop`, a pause or a failure. */
    goOn: () => {
      const mostKeys = isPausing ? countOf(found.data) + KEYS_BEFORE_PAUSE : wish.mostKeys;
      setSaid({ searchId, isStopped: false, mostKeys });
      if (found.isError) void fetchNextPage();
    },
    stop: () => setSaid({ ...wish, isStopped: true }),
    /** Forgets what was found and searches anew. */
    restart: () => {
      setSaid(null);
      void client.resetQueries({ queryKey: trpc.keys.find.infiniteQueryKey(input) });
    },
  };
}

function firstWish(searchId: string): Wish {
  return { searchId, isStopped: false, mostKeys: KEYS_BEFORE_PAUSE };
}

function countOf(data: { readonly pages: FoundPages } | undefined): number {
  return data === undefined ? 0 : gatherFound(data.pages).keys.length;
}
