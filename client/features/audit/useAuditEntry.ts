import { useQuery } from '@tanstack/react-query';
import { useTRPC } from '#client/lib/trpc.ts';
import type { AuditEntry } from '#shared/acting/auditEntry.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';

/** A plan lives minutes and its job hours; searching further would read a long log to its ends. */
const AROUND_MS = 86_400_000;
const MOST_SIBLINGS = 50;

/** One entry by its sequence; null = the log has none that could be read. */
export function useAuditEntry(sequence: number) {
  const trpc = useTRPC();
  return useQuery(
    trpc.audit.list.queryOptions(
      { targetId: DEFAULT_TARGET_ID, limit: 1, after: sequence + 1 },
      {
        // An entry never changes.
        staleTime: Number.POSITIVE_INFINITY,
        select: ({ entries: [entry] }) => (entry?.sequence === sequence ? entry : null),
      },
    ),
  );
}

/** The entries of the same plan, oldest first: planned, started, ended. */
export function usePlanEntries({ planId, atMs }: AuditEntry) {
  const trpc = useTRPC();
  return useQuery(
    trpc.audit.list.queryOptions(
      {
        targetId: DEFAULT_TARGET_ID,
        limit: MOST_SIBLINGS,
        order: 'oldestFirst',
        filter: { planId, sinceMs: Math.max(0, atMs - AROUND_MS), untilMs: atMs + AROUND_MS },
      },
      { enabled: planId !== '' },
    ),
  );
}
