import { CacheError } from '#cache/cacheError.ts';
import { checkTimerMs } from './checkTimerMs.ts';

type Bounds<Name extends string> = Readonly<Record<Name, number>>;

interface Kinds<Name extends string> {
  readonly mayBeZero?: readonly Name[];
  /** Those that become timers: Infinity and all above `MAX_TIMER_MS` would be 1 ms. */
  readonly timers?: readonly Name[];
}

/** The defaults, with what was given instead. Throws `badOptions` unless each is above 0, or as its kind has it. */
export function prepareBounds<Name extends string>(
  defaults: Bounds<Name>,
  given: Partial<Bounds<Name>>,
  { mayBeZero = [], timers = [] }: Kinds<NoInfer<Name>> = {},
): Bounds<Name> {
  const bounds: Bounds<Name> = { ...defaults, ...given };
  for (const name in defaults) {
    const value = bounds[name];
    if (timers.includes(name)) checkTimerMs(name, value);
    if (value > 0 || (value === 0 && mayBeZero.includes(name))) continue;
    throw new CacheError('badOptions', `${name} must be above 0, and is ${value}.`);
  }
  return bounds;
}
