import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useRefreshMs } from '#client/lib/liveContext.ts';
import { useTRPC } from '#client/lib/trpc.ts';
import type { LetterStream } from '#shared/letters/letterStreams.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';

const REFRESH_MS = 10_000;
const target = { targetId: DEFAULT_TARGET_ID };

/** A page of letters; `stream` null = of the first service that has any. */
export function useLetters(stream: LetterStream | null, before: string | null) {
  const trpc = useTRPC();
  const refreshMs = useRefreshMs(REFRESH_MS);
  return useQuery(
    trpc.letters.list.queryOptions(
      { ...target, stream, before },
      { placeholderData: keepPreviousData, refetchInterval: refreshMs },
    ),
  );
}

/** What one letter carries; asked only when somebody presses the button, since it is recorded. */
export function useLetterPayload(stream: LetterStream, id: string, isAsked: boolean) {
  const trpc = useTRPC();
  return useQuery(
    trpc.letters.read.queryOptions(
      { ...target, stream, id },
      { enabled: isAsked, staleTime: Number.POSITIVE_INFINITY, retry: false },
    ),
  );
}
