import { RedisFault } from '#server/redis/redisConnection.ts';
import type { PatternLearner } from '#shared/keyPattern/patternLearner.ts';
import { known, type Reading, unknown } from '#shared/reading.ts';
import {
  deriveSample,
  RARE_SAMPLE_COUNT,
  type Sample,
  type SampledKey,
  type SampledKeys,
} from './deriveSample.ts';
import { collectSample, type Round, type RoundOptions } from './sampleRound.ts';

export interface KeySamplerOptions extends Pick<RoundOptions, 'stream' | 'clock' | 'random'> {
  readonly learner: PatternLearner;
  /** Called with every new sample: in the first round about once a second, later at the end of a round. */
  readonly onSample: (sample: Sample) => void;
  /** Called when a round fails. The last sample stays. */
  readonly onFailure?: (failure: SampleFailure) => void;
  /** Distinct keys of a round. 10,000 give shares to +-1 point at worst (95 %). */
  readonly sampleSize?: number;
  /** Pace of a round after its burst. */
  readonly keysPerSecond?: number;
  /** From the start of one round to the start of the next. */
  readonly roundIntervalMs?: number;
}

export interface SampleFailure {
  readonly atMs: number;
  readonly reason: 'failed' | 'notPermitted';
  /** A sentence for an operator. */
  readonly detail: string;
}

/** Samples the keys over and over, a round at a time. */
export interface KeySampler {
  /** The last sample, its age in `atMs`; without one, why there is none. A failed round leaves the sample before it. */
  sample(): Reading<Sample>;
  /** What ended the last round early; null when it did not fail. */
  failure(): SampleFailure | null;
  /** Starts rounds until `stop`. A failed round is tried again after 2 s, then after twice as long, up to the interval. */
  start(): void;
  /** One round now, or the one under way. Never rejects: a failure is in `failure()`. */
  runRound(): Promise<void>;
  /** Keys of one pattern in the last sample; for a rare one in the rounds before as well, which may name a key twice. */
  keysOf(pattern: string): readonly SampledKey[];
  /** Names the keys of the last sample anew, after families were declared. Asks nothing of Redis. */
  rename(): void;
  /** Ends the round under way after its page; resolves when nothing runs any more. The stream is the caller's to close. */
  stop(): Promise<void>;
}

const DEFAULT_SAMPLE_SIZE = 10_000;
/** 1,000 keys a second cost Redis some 0.5 % of a core while a round runs, a tenth of that over the minute. */
const DEFAULT_KEYS_PER_SECOND = 1_000;
const DEFAULT_ROUND_INTERVAL_MS = 60_000;
/** Read at once in the first round, in some 20 ms of the server's time, so that the page has an answer to show. */
const FIRST_BURST_KEYS = 2_000;
const PROGRESS_INTERVAL_MS = 1_000;
const FIRST_RETRY_MS = 2_000;
/** Earlier rounds that rare patterns are looked up in: three minutes are recent, and three times the keys find them. */
const EARLIER_ROUNDS = 2;

/** A sampler that does nothing before `start` or `runRound`. */
export function createKeySampler(options: KeySamplerOptions): KeySampler {
  return new RoundSampler(options);
}

class RoundSampler implements KeySampler {
  readonly #options: KeySamplerOptions;
  readonly #stopping = new AbortController();
  #earlier: SampledKeys[] = [];
  #sample: Reading<Sample> = unknown('pending', 'The first sample of keys has not been taken yet.');
  #failure: SampleFailure | null = null;
  #hasWholeRound = false;
  #learntCount = 0;
  #shown: (Round & { readonly endedAtMs: number }) | null = null;
  #round: Promise<void> | null = null;
  #rounds: Promise<void> | null = null;

  constructor(options: KeySamplerOptions) {
    this.#options = options;
  }

  sample(): Reading<Sample> {
    return this.#sample;
  }

  failure(): SampleFailure | null {
    return this.#failure;
  }

  start(): void {
    this.#rounds ??= this.#repeat();
  }

  runRound(): Promise<void> {
    if (this.#stopping.signal.aborted) return Promise.resolve();
    this.#round ??= this.#run().finally(() => {
      this.#round = null;
    });
    return this.#round;
  }

  keysOf(pattern: string): readonly SampledKey[] {
    const { learner } = this.#options;
    const ofPattern = (keys: readonly SampledKey[] = []) =>
      keys.filter(({ text }) => learner.patternOf(text) === pattern);
    const recent = ofPattern(this.#shown?.keys);
    if (recent.length >= RARE_SAMPLE_COUNT) return recent;
    return [
      ...recent,
      ...this.#earlier.flatMap(({ keys }) => (keys === this.#shown?.keys ? [] : ofPattern(keys))),
    ];
  }

  rename(): void {
    if (this.#shown !== null) this.#derive(this.#shown);
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#round;
    await this.#rounds;
  }

  async #repeat(): Promise<void> {
    const { clock, roundIntervalMs = DEFAULT_ROUND_INTERVAL_MS } = this.#options;
    const { signal } = this.#stopping;
    let retryMs = FIRST_RETRY_MS;
    while (!signal.aborted) {
      const startedAtMs = clock.nowMs();
      await this.runRound();
      const restMs = Math.max(0, startedAtMs + roundIntervalMs - clock.nowMs());
      const waitMs = this.#failure === null ? restMs : Math.min(retryMs, roundIntervalMs);
      retryMs = this.#failure === null ? FIRST_RETRY_MS : Math.min(retryMs * 2, roundIntervalMs);
      await clock.pause(waitMs, signal);
    }
  }

  async #run(): Promise<void> {
    const { stream, clock, random, learner } = this.#options;
    let shownAtMs = clock.nowMs();
    let hasShownBurst = false;
    this.#learntCount = 0;
    learner.nextRound();
    const burstKeyCount = this.#hasWholeRound ? 0 : FIRST_BURST_KEYS;
    try {
      const round = await collectSample({
        stream,
        clock,
        random,
        sampleSize: this.#options.sampleSize ?? DEFAULT_SAMPLE_SIZE,
        keysPerSecond: this.#options.keysPerSecond ?? DEFAULT_KEYS_PER_SECOND,
        burstKeyCount,
        signal: this.#stopping.signal,
        onPage: (partial) => {
          this.#learn(partial);
          const isBurst = !hasShownBurst && partial.keys.length >= burstKeyCount;
          // Later on, half a sample would only replace a whole one that is a minute old.
          if (this.#hasWholeRound) return;
          if (!isBurst && clock.nowMs() - shownAtMs < PROGRESS_INTERVAL_MS) return;
          hasShownBurst ||= isBurst;
          shownAtMs = clock.nowMs();
          this.#show(partial);
        },
      });
      if (!this.#stopping.signal.aborted) this.#finish(round);
    } catch (error) {
      this.#fail(error);
    }
  }

  /** Each key is learnt once, and before any of its round is named: rows of one sample agree with each other. */
  #learn(round: Round): void {
    for (let index = this.#learntCount; index < round.keys.length; index += 1) {
      this.#options.learner.learn(round.keys[index]?.text ?? '');
    }
    this.#learntCount = round.keys.length;
  }

  #finish(round: Round): void {
    this.#failure = null;
    this.#hasWholeRound = true;
    this.#show(round);
    const last = this.#shown;
    this.#earlier =
      round.isComplete || last === null ? [] : [last, ...this.#earlier].slice(0, EARLIER_ROUNDS + 1);
  }

  #show(round: Round): void {
    // The list of keys grows while the round goes on; what was shown stays what it was.
    this.#shown = { ...round, keys: [...round.keys], endedAtMs: this.#options.clock.nowMs() };
    this.#derive(this.#shown);
  }

  #derive(round: Round & { readonly endedAtMs: number }): void {
    const { learner, onSample } = this.#options;
    const sample = deriveSample({
      ...round,
      earlier: this.#earlier.filter(({ keys }) => keys !== round.keys).slice(0, EARLIER_ROUNDS),
      patternOf: (keyText) => learner.patternOf(keyText),
    });
    const { sampledCount, isComplete } = sample.summary;
    const count = sampledCount.toLocaleString('en');
    this.#sample = known(
      sample,
      round.endedAtMs,
      isComplete ? `all ${count} keys` : `sample of ${count} keys`,
    );
    onSample(sample);
  }

  #fail(error: unknown): void {
    const isDenied = error instanceof RedisFault && error.kind === 'notPermitted';
    const reason = isDenied ? 'notPermitted' : 'failed';
    const detail = error instanceof Error ? error.message : String(error);
    this.#failure = { atMs: this.#options.clock.nowMs(), reason, detail };
    if (this.#sample.state === 'unknown') this.#sample = unknown(reason, detail);
    this.#options.onFailure?.(this.#failure);
  }
}
