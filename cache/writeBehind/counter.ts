import { checkTtl } from '#cache/keys/entryLives.ts';
import { type FieldsOf, KeyTemplate } from '#cache/keys/keyTemplate.ts';
import { checkTimerMs } from '#cache/resilience/checkTimerMs.ts';
import { type FlushOptions, type FlushSettings, prepareFlushSettings } from './queue/flushOptions.ts';

/** The sum of increments of one counter on its way to the source. */
export interface CounterChange<Template extends string> {
  readonly fields: FieldsOf<Template>;
  /** To be added, a whole number. */
  readonly by: number;
  /**
   * The same each time this change is delivered. Queued changes of one counter come with rising ids (as text), so a source
   * that keeps the last one beside the counter can tell what it has: `add by ... where last_id < id`.
   */
  readonly id: string;
  /** Redis was away: delivered once, past the queue, and to be added without looking at ids. */
  readonly isDirect: boolean;
}

export interface CounterOptions<Template extends string> extends FlushOptions {
  /** Key without the service's prefix, fields in braces: `stock:{id}`. */
  readonly key: Template;
  /** How long a loaded counter is kept, seconds; then it is loaded again, which ends any difference from the source. */
  readonly ttlSeconds: number;
  /** Reads the counter from the source, a whole number. */
  load(fields: FieldsOf<Template>, signal: AbortSignal): Promise<number>;
  /**
   * Adds to the counters in the source; done when it resolves, all or nothing when it rejects. The same change comes again,
   * under its `id`, when it is not known whether the source has it: at least once.
   */
  flush(changes: readonly CounterChange<Template>[], signal: AbortSignal): Promise<void>;
  /** Longest load, ms. @default 30_000 */
  readonly loadTimeoutMs?: number;
}

/** A declared counter. Bound to Redis by `createCache`. */
export interface Counter<Template extends string> extends CounterOptions<Template> {
  readonly template: KeyTemplate;
  readonly settings: FlushSettings;
  readonly loadTimeoutMs: number;
}

export type Counters = Readonly<Record<string, Counter<string>>>;

const DEFAULT_LOAD_TIMEOUT_MS = 30_000;

/**
 * Declares a counter. Throws `badTemplate` or `badOptions`. Its queue has no TTL: give Redis `noeviction` or a `volatile-`
 * policy, or it may evict what the source has not got yet. In a Cluster all keys of one declared counter lie in one slot.
 *
 *     stock: counter({
 *       key: 'stock:{id}',
 *       ttlSeconds: 600,
 *       load: ({ id }) => readStock(id),
 *       flush: (changes) => addToStocks(changes),
 *     })
 */
export function counter<const Template extends string>(options: CounterOptions<Template>): Counter<Template> {
  const { key, ttlSeconds, loadTimeoutMs = DEFAULT_LOAD_TIMEOUT_MS } = options;
  checkTtl(ttlSeconds, key);
  checkTimerMs(`${key}: loadTimeoutMs`, loadTimeoutMs);
  return {
    ...options,
    loadTimeoutMs,
    template: new KeyTemplate(key),
    settings: prepareFlushSettings(options, key),
  };
}
