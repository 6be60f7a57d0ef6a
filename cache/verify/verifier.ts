import type { FieldValue } from '#cache/keys/keyTemplate.ts';
import type { Request } from '#cache/keys/policy.ts';
import type { CacheEventMap } from '#cache/metrics/cacheEvents.ts';
import { refreshNow } from '#cache/read/refresh/refreshNow.ts';
import { Pace } from '#cache/warm/pace.ts';
import { type Comparison, compareEntry } from './compareEntry.ts';
import { prepareVerifyOptions, type VerifyOptions } from './verifyOptions.ts';
import type { VerifySurroundings } from './verifySurroundings.ts';

export interface VerifyCallOptions {
  /** Whose the entry is, in place of the family's `owner`. */
  readonly owner?: string | number;
  /** Hand out both values: they may be personal. @default false */
  readonly withValues?: boolean;
}

export interface VerifyAnswer {
  /** `unknown`: they could not be compared, or one of them changed meanwhile. */
  readonly state: 'same' | 'drifted' | 'missing' | 'unknown';
  /** Since the entry was stored, ms; null = there is none, or Redis did not say. */
  readonly ageMs: number | null;
  /** False = past its life: an old entry may differ. Null = there is none, or Redis did not say. */
  readonly isFresh: boolean | null;
  readonly reason: string;
  /** With `withValues`, where both are known. */
  readonly values?: { readonly cached: unknown; readonly source: unknown };
}

/** What the cache offers of its verifier. */
export interface VerifyCalls {
  /**
   * Compares one entry with its source now, and if they differ once more after `settleMs`. Changes nothing and counts in no
   * metric of drift. Rejects with `unknownFamily` or `badField`.
   */
  verify(
    family: string,
    fields: Readonly<Record<string, FieldValue>>,
    options?: VerifyCallOptions,
  ): Promise<VerifyAnswer>;
}

/** Most sampled hits that wait to be compared; above it they are left out. */
const MAX_QUEUED_COUNT = 100;

/**
 * Holds a few of the entries that were served against their source, in the background, and tells of each. What readers pay is
 * one subtraction a hit.
 */
export class Verifier implements VerifyCalls {
  readonly #around: VerifySurroundings;
  readonly #options: Required<VerifyOptions>;
  readonly #pace: Pace;
  /** By key, the oldest first. */
  readonly #queue = new Map<string, Request<unknown>>();
  #hitsToSample: number;
  #isRunning = false;
  #leftOutCount = 0;

  constructor(around: VerifySurroundings, options: VerifyOptions = {}) {
    const { clock, random } = around.reading;
    this.#around = around;
    this.#options = prepareVerifyOptions(options);
    this.#pace = new Pace({ perSecond: this.#options.maxPerSecond, jitterRatio: 0, clock, random });
    this.#hitsToSample = this.#drawGap();
  }

  /** How many wait, and how many sampled hits were left out since the verifier was made. */
  get snapshot(): { readonly queuedCount: number; readonly leftOutCount: number } {
    return { queuedCount: this.#queue.size, leftOutCount: this.#leftOutCount };
  }

  /** Told of every hit that was answered with a fresh entry; most are let go at once. */
  offer(request: Request<unknown>): void {
    this.#hitsToSample -= 1;
    if (this.#hitsToSample > 0) return;
    this.#hitsToSample = this.#drawGap();
    this.#enqueue(request);
  }

  async verify(
    family: string,
    fields: Readonly<Record<string, FieldValue>>,
    { owner, withValues = false }: VerifyCallOptions = {},
  ): Promise<VerifyAnswer> {
    const comparison = await this.#compareTracked(await this.#around.requestOf({ family, fields, owner }));
    const answer = this.#answer(comparison);
    if (!withValues || !('source' in comparison)) return answer;
    return { ...answer, values: { cached: comparison.cached, source: comparison.source } };
  }

  /** As `verify`, without values. */
  async verifyRequest(request: Request<unknown>): Promise<VerifyAnswer> {
    return this.#answer(await this.#compareTracked(request));
  }

  #compareTracked(request: Request<unknown>): Promise<Comparison> {
    const comparing = this.#compare(request);
    this.#around.reading.track(comparing);
    return comparing;
  }

  #enqueue(request: Request<unknown>): void {
    if (this.#around.closing.aborted || !this.#around.isVerifiable(request)) return;
    if (this.#queue.has(request.key) || this.#queue.size >= MAX_QUEUED_COUNT) {
      this.#leftOutCount += 1;
      return;
    }
    this.#queue.set(request.key, request);
    if (this.#isRunning) return;
    this.#isRunning = true;
    this.#around.reading.track(this.#work());
  }

  async #work(): Promise<void> {
    const { closing, pause } = this.#around;
    try {
      for (const [key, request] of this.#queue) {
        const waitMs = this.#pace.reserve();
        if (waitMs > 0) await pause(waitMs, closing);
        if (closing.aborted) return;
        this.#queue.delete(key);
        await this.#verifySampled(request);
      }
    } finally {
      this.#isRunning = false;
    }
  }

  async #verifySampled(request: Request<unknown>): Promise<void> {
    const comparison = await this.#compare(request);
    const ageMs = this.#ageMsOf(comparison);
    const result = await this.#resultOf(request, comparison);
    if (result === null) return;
    this.#around.reading.events.emit('verified', { pattern: request.policy.pattern, result, ageMs });
  }

  async #resultOf(
    request: Request<unknown>,
    comparison: Comparison,
  ): Promise<CacheEventMap['verified']['result'] | null> {
    switch (comparison.state) {
      case 'same':
        return 'same';
      case 'drifted':
        // An old one may differ: it waits to be refreshed.
        if (this.#around.reading.clock() >= comparison.header.softExpiryAtMs) return 'changed';
        return this.#options.repair ? this.#repair(request, comparison.source) : 'drifted';
      case 'missing':
      case 'changed':
        return 'changed';
      case 'unknown':
        return this.#around.closing.aborted ? null : 'failed';
    }
  }

  /** An ordinary invalidation, so that no instance goes on serving it from memory, and an ordinary load behind it. */
  async #repair(request: Request<unknown>, source: unknown): Promise<'repaired' | 'drifted'> {
    const { state } = await this.#around.invalidateKey(request.key);
    if (state !== 'done') return 'drifted';
    // What the source no longer has is stored only where "not found" is kept.
    const isKept = source !== undefined || request.policy.negativeTtlMs !== null;
    if (isKept) await refreshNow(this.#around.reading, request);
    return 'repaired';
  }

  #compare(request: Request<unknown>): Promise<Comparison> {
    const { closing, pause, reading } = this.#around;
    const { settleMs } = this.#options;
    return compareEntry(reading, request, { settleMs, signal: closing, pause });
  }

  #answer(comparison: Comparison): VerifyAnswer {
    const header = 'header' in comparison ? comparison.header : null;
    const isFresh = header && this.#around.reading.clock() < header.softExpiryAtMs;
    const known = { ageMs: this.#ageMsOf(comparison), isFresh };
    switch (comparison.state) {
      case 'same':
        return { state: 'same', reason: 'The source gives what is stored', ...known };
      case 'drifted':
        return { state: 'drifted', reason: 'The source gives something else, twice', ...known };
      case 'missing':
        return { state: 'missing', reason: 'No entry is stored that would be served', ...known };
      case 'changed':
        return { state: 'unknown', reason: 'It changed while it was compared', ...known };
      case 'unknown':
        return { state: 'unknown', reason: comparison.reason, ...known };
    }
  }

  #ageMsOf(comparison: Comparison): number | null {
    const header = 'header' in comparison ? comparison.header : null;
    return header && Math.max(0, this.#around.reading.clock() - header.storedAtMs);
  }

  /** Hits until the next sample: geometric, which is what a draw for each hit comes to. */
  #drawGap(): number {
    const { sampleRatio } = this.#options;
    if (sampleRatio >= 1) return 1;
    return 1 + Math.floor(Math.log(1 - this.#around.reading.random()) / Math.log(1 - sampleRatio));
  }
}
