import type { BreakerReading } from './serviceInstance.ts';

/** What the calls died of that opened a breaker. */
export type Cause = 'failsAtOnce' | 'hangs' | 'slow' | 'unclear';

/** Of our own breakers, all of which guard Redis. */
const ofRedis: Readonly<Record<Cause, string>> = {
  failsAtOnce: 'Calls fail at once: Redis is gone, or refuses them.',
  hangs: 'Calls wait and then fail: Redis hangs, or packets get lost.',
  slow: 'Calls are slow and do not fail: Redis is busy, or the network is.',
  unclear: 'Their metrics do not say what the calls died of.',
};

const GUARDED = 'Their library does not tell what they guard: Redis, or something else.';

const ofOthers: Readonly<Record<Cause, string>> = {
  failsAtOnce: `Calls fail at once. ${GUARDED}`,
  hangs: `Calls wait and then fail. ${GUARDED}`,
  slow: `Calls are slow and do not fail. ${GUARDED}`,
  unclear: `Their metrics do not say what the calls died of. ${GUARDED}`,
};

const HALF = 0.5;
/** Of the failures in a row that opened it, so many were slow as well. */
const MOST = 0.8;

type Figures = Pick<BreakerReading, 'failureRatio' | 'slowCallRatio' | 'openedBy' | 'transitions' | 'source'>;

/** Whether a breaker is known to guard Redis: one of another library may be around anything. */
export function guardsRedis({ source }: Pick<BreakerReading, 'source'>): boolean {
  return source === 'library';
}

/** What most of the breakers say, in words; those that guard Redis alone, where there are any. */
export function causeOf(breakers: readonly Figures[]): string {
  const own = breakers.filter(guardsRedis);
  const causes = (own.length > 0 ? own : breakers).map(causeOfOne).filter((cause) => cause !== 'unclear');
  const most = (['hangs', 'failsAtOnce', 'slow'] as const).find(
    (cause) => causes.filter((one) => one === cause).length * 2 >= Math.max(1, causes.length),
  );
  return (own.length > 0 ? ofRedis : ofOthers)[most ?? 'unclear'];
}

/**
 * By the shares of the calls that opened it. A few failures in a row among many good calls leave the shares low: then it counts
 * whether those that failed were slow.
 */
export function causeOfOne({ transitions, ...breaker }: Figures): Cause {
  const { failureRatio, slowCallRatio } = breaker.openedBy ?? breaker;
  if (failureRatio === null || slowCallRatio === null) return 'unclear';
  const reason = transitions.find(({ to }) => to === 'open')?.reason;
  const fails = failureRatio >= HALF || reason === 'consecutiveFailures' || reason === 'failures';
  if (!fails) return slowCallRatio >= HALF || reason === 'slowCalls' ? 'slow' : 'unclear';
  return failureRatio > 0 && slowCallRatio >= MOST * failureRatio ? 'hangs' : 'failsAtOnce';
}
