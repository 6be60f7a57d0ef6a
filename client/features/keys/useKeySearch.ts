import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { useTRPC } from '#client/lib/trpc.ts';
import { FOUND_KEYS_PER_CALL, type KeySearch } from '#shared/keys/keySearch.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { type FoundPages, gatherFound } from './prepareKeys.ts';

/** Never sent: the query is off without a search. */
const NO_SEARCH: KeySearch = { kind: 'exact', text: '-' };

/**
 * The keys of a search, a call at a time: each walks as far as the budget of all viewers lets it. Asked once, and again or further only
 * when a person says so.
 */
export function useKeySearch(search: KeySearch | null) {
  const trpc = useTRPC();
  const client = useQueryClient();
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
  const run = useRef<{ isStopped: boolean } | null>(null);
  const [isWalking, setWalking] = useState(false);
  const stop = () => {
    if (run.current !== null) run.current.isStopped = true;
    setWalking(false);
  };
  useEffect(
    () => () => {
      if (run.current !== null) run.current.isStopped = true;
    },
    [],
  );
  return {
    found,
    isWalking,
    /** Walks on until as many keys more are found as a call finds, all keys were looked at, or `stop`. */
    goOn: async () => {
      const own = { isStopped: false };
      run.current = own;
      setWalking(true);
      const before = countOf(found.data);
      while (!own.isStopped) {
        const { data, isError, hasNextPage } = await found.fetchNextPage();
        if (isError || !hasNextPage || countOf(data) - before >= FOUND_KEYS_PER_CALL) break;
      }
      if (!own.isStopped) setWalking(false);
    },
    stop,
    /** Forgets what was found and searches anew. */
    restart: () => void client.resetQueries({ queryKey: trpc.keys.find.infiniteQueryKey(input) }),
  };
}

function countOf(data: { readonly pages: FoundPages } | undefined): number {
  return data === undefined ? 0 : gatherFound(data.pages).keys.length;
}
