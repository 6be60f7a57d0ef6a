import { CacheError } from '#cache/cacheError.ts';
import type { Families } from '#cache/keys/family.ts';
import { isTimerMs, MAX_TIMER_MS } from '#cache/resilience/checkTimerMs.ts';
import { type EntryName, type EntryNames, prepareEntryNames } from './entryName.ts';

export type ListedEntries = AsyncIterable<EntryName> | Iterable<EntryName> | Promise<Iterable<EntryName>>;

/**
 * What is loaded before it is asked for. Written in place, beside `families`, its `list` gets the types of the families:
 *
 *     warmers: { featured: { list: async ({ product }) => (await readTop()).map((id) => product({ id })) } }
 */
export interface WarmerOptions<F extends Families> {
  /** Names the entries, the most popular first. */
  list(entries: EntryNames<F>, signal: AbortSignal): ListedEntries;
  /** Most loads begun a second. @default 50 */
  readonly perSecond?: number;
  /** Most entries at one time. @default 4 */
  readonly concurrency?: number;
  /**
   * Rising shares of the list, 0-1. After each the run is judged and told of; what is past the last is not warmed.
   * @default [0.01, 0.1, 1]
   */
  readonly stages?: readonly number[];
  /** How far the time between two loads, and between two scheduled runs, is drawn off its mean, 0-1. @default 0.2 */
  readonly jitterRatio?: number;
  /** Longest list; what comes after it is left out. @default 100_000 */
  readonly maxCount?: number;
  readonly on?: WarmTriggers;
}

export interface WarmTriggers {
  /** When the process starts; `cache.ready()` waits for it. @default false */
  readonly start?: boolean;
  /** When Redis is back after an outage. @default false */
  readonly recovery?: boolean;
  /** Again and again with so much time between, seconds, less the jitter. @default never */
  readonly everySeconds?: number;
}

/** About all warmers of a cache. */
export interface WarmingOptions {
  /** Longest that `cache.ready()` waits, ms. @default 30_000 */
  readonly readyTimeoutMs?: number;
  /** After an outage each instance waits a part of this time, drawn at random, before it tries to be the one that warms, ms. @default 10_000 */
  readonly recoveryJitterMs?: number;
  /** How long an instance that died goes on counting as the one that warms, ms. @default 15_000 */
  readonly leaseMs?: number;
}

/** A warmer with its defaults filled in. */
export interface WarmPlan {
  readonly name: string;
  readonly perSecond: number;
  readonly concurrency: number;
  readonly stages: readonly number[];
  readonly jitterRatio: number;
  readonly maxCount: number;
  readonly on: { readonly start: boolean; readonly recovery: boolean; readonly everySeconds: number | null };
  list(signal: AbortSignal): ListedEntries;
}

export const warmingDefaults: Required<WarmingOptions> = {
  readyTimeoutMs: 30_000,
  recoveryJitterMs: 10_000,
  leaseMs: 15_000,
};

/** Throws `badOptions`, which names the option, its bounds and the value. */
export function prepareWarmPlans<F extends Families>(
  families: F,
  warmers: Readonly<Record<string, WarmerOptions<F>>>,
): readonly WarmPlan[];
export function prepareWarmPlans(
  families: Families,
  warmers: Readonly<Record<string, WarmerOptions<Families>>>,
): readonly WarmPlan[] {
  const entries = prepareEntryNames(families);
  return Object.entries(warmers).map(([name, given]) => {
    const { start = false, recovery = false, everySeconds = null } = given.on ?? {};
    const plan: WarmPlan = {
      name,
      perSecond: given.perSecond ?? 50,
      concurrency: given.concurrency ?? 4,
      stages: given.stages ?? [0.01, 0.1, 1],
      jitterRatio: given.jitterRatio ?? 0.2,
      maxCount: given.maxCount ?? 100_000,
      on: { start, recovery, everySeconds },
      list: (signal) => given.list(entries, signal),
    };
    checkPlan(plan);
    return plan;
  });
}

function checkPlan(plan: WarmPlan): void {
  const { name, stages, on } = plan;
  checkPerSecond(name, plan.perSecond);
  const isCount = (value: number): boolean => Number.isInteger(value) && value > 0;
  const check = (option: string, value: number, { isGood, bounds }: Bounds): void => {
    if (!isGood(value)) throw badOption(name, option, `must be ${bounds}, and is ${value}`);
  };
  check('concurrency', plan.concurrency, { isGood: isCount, bounds: 'a whole number above 0' });
  check('maxCount', plan.maxCount, { isGood: isCount, bounds: 'a whole number above 0' });
  const isRatio = (value: number): boolean => value >= 0 && value < 1;
  check('jitterRatio', plan.jitterRatio, { isGood: isRatio, bounds: 'in 0 (included) to 1' });
  if (on.everySeconds !== null) {
    const isGood = (seconds: number): boolean => isTimerMs(seconds * 1_000);
    check('on.everySeconds', on.everySeconds, {
      isGood,
      bounds: `above 0 and at most ${MAX_TIMER_MS / 1_000}`,
    });
  }
  const areRising = stages.every((share, index) => share > (stages[index - 1] ?? 0) && share <= 1);
  if (stages.length > 0 && areRising) return;
  throw badOption(name, 'stages', `must rise within 0 to 1, and are [${stages.join(', ')}]`);
}

interface Bounds {
  readonly bounds: string;
  isGood(value: number): boolean;
}

/** Throws `badOptions`. */
export function checkPerSecond(name: string, perSecond: number): void {
  if (isTimerMs(1_000 / perSecond)) return;
  throw badOption(name, 'perSecond', `must be above 0, at least one in 24 days, and is ${perSecond}`);
}

function badOption(warmer: string, option: string, why: string): CacheError {
  return new CacheError('badOptions', `Warmer ${warmer}: ${option} ${why}.`);
}
