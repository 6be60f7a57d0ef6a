import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useTRPC } from '#client/lib/trpc.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';

export function useFamilyPreview(template: string) {
  const trpc = useTRPC();
  return useQuery(
    trpc.patterns.previewFamily.queryOptions(
      { targetId: DEFAULT_TARGET_ID, template },
      { enabled: template !== '', placeholderData: keepPreviousData, retry: false },
    ),
  );
}
