import { CacheError } from '#cache/cacheError.ts';
import { checkTimerMs, MAX_TIMER_MS, TIMER_BOUNDS } from '#cache/resilience/checkTimerMs.ts';

export interface VerifyOptions {
  /** Share of the hits, 0-1, whose entries are compared with the source. @default 0.001 */
  readonly sampleRatio?: number;
  /** Most comparisons a second; what is sampled above it is left out. @default 1 */
  readonly maxPerSecond?: number;
  /** Remove an entry that has drifted, everywhere, and load it anew. @default false */
  readonly repair?: boolean;
  /**
   * How long an entry must go on differing before it counts as drifted, ms: longer than an invalidation, and a replica that is
   * read from, takes to follow the source. @default 2_000
   */
  readonly settleMs?: number;
}

/** @public The docs are held against it. */
export const verifyDefaults: Required<VerifyOptions> = {
  sampleRatio: 0.001,
  maxPerSecond: 1,
  repair: false,
  settleMs: 2_000,
};

/** Throws `badOptions`, which names the option, its bounds and the value. */
export function prepareVerifyOptions(given: VerifyOptions): Required<VerifyOptions> {
  const options = { ...verifyDefaults, ...given };
  const check = (name: 'sampleRatio' | 'maxPerSecond' | 'settleMs', most: number, bounds: string): void => {
    const value = options[name];
    if (value > 0 && value <= most) return;
    throw new CacheError('badOptions', `verify.${name} must be ${bounds}, and is ${value}.`);
  };
  check('sampleRatio', 1, 'above 0 and at most 1');
  check('maxPerSecond', Number.MAX_VALUE, 'above 0');
  checkTimerMs('The ms between two comparisons (verify.maxPerSecond)', 1_000 / options.maxPerSecond);
  check('settleMs', MAX_TIMER_MS, TIMER_BOUNDS);
  return options;
}
