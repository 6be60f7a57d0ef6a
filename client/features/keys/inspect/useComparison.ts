import { useMutation } from '@tanstack/react-query';
import { useTRPC } from '#client/lib/trpc.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';

/** What the service said when a person had it compare the entry of a key with the source; kept while the page is open. */
export function useComparison(id: string) {
  const trpc = useTRPC();
  const { data, error, isPending, mutate } = useMutation(trpc.keys.compare.mutationOptions());
  return {
    comparison: data ?? null,
    error,
    isComparing: isPending,
    compare: () => mutate({ targetId: DEFAULT_TARGET_ID, name: { id } }),
  };
}
