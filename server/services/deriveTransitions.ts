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
 * What a breaker did between two readings of one process, newest first. By its own counts where it has
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
  return newestFirst(seen, steps).map((one, index) => placed(one, steps, index === 0));
}

/** The last one led to the present state, and each other one to the state that the one after it left. */
function newestFirst(seen: readonly SeenTransition[], { before, state }: TransitionSteps): SeenTransition[] {
  const left = [...seen];
  const ordered: SeenTransition[] = [];
  let wanted = state;
  while (left.length > 0) {
    const fitting = left.filter(({ to }) => to === wanted);
    const choice = fitting.length > 0 ? fitting : left;
    // What leaves the state at the reading before comes as early as it can.
    const chosen = choice.find((one) => stateBefore(one) !== before.state) ?? choice[0];
    if (chosen === undefined) break;
    left.splice(left.indexOf(chosen), 1);
    ordered.push(chosen);
    wanted = stateBefore(chosen);
  }
  return ordered;
}

/** Which state a breaker of our library leaves for this reason; null = any. */
function stateBefore({ reason }: SeenTransition): BreakerState | null {
  return reason === null ? null : (statesLeft.get(reason) ?? null);
}

const statesLeft: ReadonlyMap<string, BreakerState> = new Map([
  ['failures', 'closed'],
  ['slowCalls', 'closed'],
  ['consecutiveFailures', 'closed'],
  ['timeToProbe', 'open'],
  ['probeFailed', 'halfOpen'],
  ['probesSucceeded', 'halfOpen'],
]);

/** Where the breaker tells since when it is in its state, the change to it was then, and all others were before. */
function placed(
  seen: SeenTransition,
  { before, told, state, atMs }: TransitionSteps,
  isNewest: boolean,
): SeenTransition {
  const sinceMs = told.stateSinceMs;
  if (sinceMs === null || sinceMs < before.atMs || sinceMs > atMs) return seen;
  const isExact = isNewest && seen.to === state && seen.count === 1;
  return { ...seen, fromMs: isExact ? sinceMs : seen.fromMs, toMs: sinceMs };
}

function keyOf({ to, reason }: TransitionCount): string {
  return `${to} ${reason ?? ''}`;
}
