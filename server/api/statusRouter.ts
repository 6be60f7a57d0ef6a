import { type FleetSummary, summariseFleet } from '#shared/services/fleetSummary.ts';
import type { Snapshot } from '#shared/snapshot.ts';
import { type ApiParts, watchOf } from './apiContext.ts';
import { targetInput } from './rangeInput.ts';
import { procedureFor, router } from './trpc.ts';

/** The snapshot without its patterns and services, small enough to be sent at every change, and what the frame of the page shows. */
export interface StatusView extends Omit<Snapshot, 'patterns' | 'services' | 'announcements'> {
  readonly patternCount: number;
  readonly fleet: FleetSummary;
  readonly isReadOnly: boolean;
  readonly redisAddress: string;
  readonly version: string;
  /** The server's clock when this was made; ages are counted from it, not from the browser's clock. */
  readonly serverNowMs: number;
}

export function statusView(parts: ApiParts, snapshot: Snapshot): StatusView {
  const { patterns, services, announcements: _announcements, ...rest } = snapshot;
  return {
    ...rest,
    patternCount: patterns.length,
    fleet: summariseFleet(services),
    isReadOnly: parts.isReadOnly,
    redisAddress: parts.redisAddress,
    version: parts.version,
    serverNowMs: parts.clock(),
  };
}

export const statusRouter = router({
  get: procedureFor('viewer')
    .input(targetInput)
    .query(({ ctx, input }) => statusView(ctx.parts, watchOf(ctx.parts, input.targetId).snapshot())),
});
