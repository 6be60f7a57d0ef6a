import { CacheError } from '#cache/cacheError.ts';
import { checkTimerMs } from '#cache/resilience/checkTimerMs.ts';

/** How changes get to the source. */
export interface FlushOptions {
  /** Most changes in one call of `flush`. @default 100 */
  readonly batchSize?: number;
  /** Longest wait of a change for its flush, ms, while the source takes changes. @default 1_000 */
  readonly flushIntervalMs?: number;
  /** Failed calls after which changes are tried one by one, to find the one that the source refuses. @default 5 */
  readonly maxAttemptCount?: number;
  /** Longest call of `flush`, ms; past it the call has failed, and its signal is aborted. @default 30_000 */
  readonly flushTimeoutMs?: number;
  /** Wait after the first failure, ms; twice as long after each further one, up to `maxBackoffMs`. @default 200 */
  readonly backoffMs?: number;
  /** @default 30_000 */
  readonly maxBackoffMs?: number;
  /** How long the queue of an instance that died waits for another one, ms. @default 10_000 */
  readonly leaseMs?: number;
}

export type FlushSettings = Required<FlushOptions>;

const defaults: FlushSettings = {
  batchSize: 100,
  flushIntervalMs: 1_000,
  maxAttemptCount: 5,
  flushTimeoutMs: 30_000,
  backoffMs: 200,
  maxBackoffMs: 30_000,
  leaseMs: 10_000,
};

/** Fills in the defaults. Throws `badOptions`, which names the option and the value. */
export function prepareFlushSettings(options: FlushOptions, subject: string): FlushSettings {
  const settings = {
    batchSize: options.batchSize ?? defaults.batchSize,
    flushIntervalMs: options.flushIntervalMs ?? defaults.flushIntervalMs,
    maxAttemptCount: options.maxAttemptCount ?? defaults.maxAttemptCount,
    flushTimeoutMs: options.flushTimeoutMs ?? defaults.flushTimeoutMs,
    backoffMs: options.backoffMs ?? defaults.backoffMs,
    maxBackoffMs: options.maxBackoffMs ?? defaults.maxBackoffMs,
    leaseMs: options.leaseMs ?? defaults.leaseMs,
  };
  for (const [name, value] of Object.entries(settings)) {
    if (name.endsWith('Ms')) checkTimerMs(`${subject}: ${name}`, value);
    if (Number.isSafeInteger(value) && value > 0) continue;
    throw new CacheError(
      'badOptions',
      `${subject}: ${name} must be a whole number above 0, and is ${String(value)}.`,
    );
  }
  return settings;
}

/** Throws `badOptions` unless the declared name can be part of a hash tag. */
export function checkDeclaredName(name: string): void {
  if (/^[A-Za-z0-9_-]+$/.test(name)) return;
  throw new CacheError(
    'badOptions',
    `What is written behind is declared under a name of letters, digits, "-" and "_", not "${name}".`,
  );
}
