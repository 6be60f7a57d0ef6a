import { type BreakerOptions, breakerDefaults } from '#cache/resilience/breakerOptions.ts';
import { type BreakerTransition, CircuitBreaker, type Permit } from '#cache/resilience/circuitBreaker.ts';

export const GOOD_MS = 1;
export const SLOW_MS = breakerDefaults.slowCallMs + 1;

/** A breaker whose waits are whole, and its time, which moves only when told. */
export function startBreaker({
  random = () => 1,
  ...options
}: Partial<BreakerOptions> & { random?: () => number }) {
  let nowMs = 1_000_000;
  const breaker = new CircuitBreaker({ ...options, random, clock: () => nowMs });
  const transitions: BreakerTransition[] = [];
  breaker.onTransition((transition) => transitions.push(transition));
  const acquire = (): Permit => {
    const permit = breaker.tryAcquire();
    if (permit === null) throw new Error('not permitted');
    return permit;
  };
  const call = (durationMs: number, isFailure = false) => breaker.record(acquire(), durationMs, isFailure);
  const repeat = (count: number, run: () => void) => {
    for (let index = 0; index < count; index += 1) run();
  };
  return {
    breaker,
    transitions,
    acquire,
    advance: (ms: number) => {
      nowMs += ms;
    },
    now: () => nowMs,
    state: () => breaker.snapshot(nowMs).state,
    good: (count: number) => repeat(count, () => call(GOOD_MS)),
    slow: (count: number) => repeat(count, () => call(SLOW_MS)),
    fail: (count: number) => repeat(count, () => call(GOOD_MS, true)),
    /** Opens by failures in a row. */
    trip: () => repeat(breakerDefaults.consecutiveFailureCount, () => call(GOOD_MS, true)),
    waitForProbe: () => {
      nowMs = breaker.snapshot(nowMs).nextProbeAtMs ?? nowMs;
    },
  };
}
