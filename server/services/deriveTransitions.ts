import type { ToldBreaker, TransitionCount } from '#server/sources/services/instanceReading.ts';
import type { BreakerState } from '#shared/services/breakerState.ts';
import type { SeenTransition } from '#shared/services/serviceInstance.ts';

export interface TransitionSteps {
  readonly before: { readonly told: ToldBreaker; readonly atMs: number; readonly state: BreakerState | null };
  readonly told: ToldBreaker;
  readonly state: BreakerState | null;
  readonly atMs: number;
}

/**
 * What a breaker did between two readings of one process, newest first where it can be told. By its own counts where it has
 * them, so that a state which came and went in between is not lost; else by the state alone.
 */
export function deriveTransitions(steps: TransitionSteps): readonly SeenTransition[] {
  const { before, told, state, atMs } = steps;
  if (before.told.transitions === null || told.transitions === null) {
    if (state === null || before.state === null || state === before.state) return [];
    return [{ to: state, reason: null, count: 1, fromMs: before.atMs, toMs: atMs }];
  }
  const counted = new Map(before.told.transitions.map((one) => [keyOf(one), one.count]));
  const seen = told.transitions.flatMap((one): SeenTransition[] => {
    const added = one.count - (counted.get(keyOf(one)) ?? 0);
    return added > 0
      ? [{ to: one.to, reason: one.reason, count: added, fromMs: before.atMs, toMs: atMs }]
      : [];
  });
  return seen
    .map((one) => placed(one, steps))
    .sort((a, b) => b.toMs - a.toMs || rankOf(b, state) - rankOf(a, state));
}

/** The change to the present state has a time of its own where the breaker tells since when it is in it. */
function placed(seen: SeenTransition, { before, told, state, atMs }: TransitionSteps): SeenTransition {
  const sinceMs = told.stateSinceMs;
  if (seen.to !== state || seen.count > 1 || sinceMs === null) return seen;
  return sinceMs < before.atMs || sinceMs > atMs ? seen : { ...seen, fromMs: sinceMs, toMs: sinceMs };
}

/** Of those in one gap, the one to the present state came last. */
function rankOf({ to }: SeenTransition, state: BreakerState | null): number {
  return to === state ? 1 : 0;
}

function keyOf({ to, reason }: TransitionCount): string {
  return `${to} ${reason ?? ''}`;
}
