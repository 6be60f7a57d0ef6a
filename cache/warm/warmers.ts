import { CacheError } from '#cache/cacheError.ts';
import { prepareBounds } from '#cache/resilience/prepareBounds.ts';
import type { WarmPreview } from '#shared/control/warmPreview.ts';
import { previewWarm } from './previewWarm.ts';
import { checkPerSecond, type WarmingOptions, type WarmPlan, warmingDefaults } from './warmerOptions.ts';
import { takeWarmLease } from './warmLease.ts';
import { noCounts, type WarmProgress, type WarmReport, type WarmTrigger } from './warmReport.ts';
import { type WarmOutcome, WarmRun } from './warmRun.ts';
import type { WarmSurroundings } from './warmSurroundings.ts';
import {
  restMsOf,
  runAfterOutages,
  runAtStart,
  runOnSchedule,
  type TriggerSurroundings,
} from './warmTriggers.ts';

export interface WarmCallOptions {
  /** Ends the run as `cancelled`. */
  readonly signal?: AbortSignal;
  /** In place of the warmer's, loads/s. */
  readonly perSecond?: number;
}

export interface WarmerState extends Pick<WarmPlan, 'name' | 'perSecond' | 'concurrency' | 'stages' | 'on'> {
  /** `waiting`: for its turn after an outage. */
  readonly state: 'idle' | 'waiting' | 'running';
  /** Of the run under way; null = none. */
  readonly progress: (WarmProgress & { readonly trigger: WarmTrigger }) | null;
  /** Null = it has not run in this process. */
  readonly lastReport: (WarmReport & { readonly endedAtMs: number }) | null;
}

/** What the cache offers of its warmers. */
export interface WarmCalls {
  /**
   * Loads what the warmer lists and what is not fresh; one run at a time among all instances. Throws `unknownWarmer` and
   * `badOptions`, and else resolves with what came of it.
   */
  warm(name: string, options?: WarmCallOptions): Promise<WarmReport>;
  /** The warmers as they are in this process, in the order of their declaration. */
  warmers(): readonly WarmerState[];
  /** Ends the run of this process, or its wait for one. False when there is none. Throws `unknownWarmer`. */
  cancelWarm(name: string): boolean;
  /** Resolves when all warmers with `on.start` have ended, well or not, or after `readyTimeoutMs`. Never rejects. */
  ready(): Promise<void>;
}

interface Warmer {
  readonly plan: WarmPlan;
  run: { readonly warming: WarmRun; readonly trigger: WarmTrigger } | null;
  /** Ends the wait for a run. */
  waiting: AbortController | null;
  lastReport: WarmerState['lastReport'];
}

/**
 * The warmers of one cache. Whatever makes one run, it runs in one instance at a time (a lease in Redis), and instances that
 * come later find it done: after an outage all of them want to, and together would be the next one.
 */
export class Warmers implements WarmCalls {
  readonly #around: WarmSurroundings;
  readonly #options: Required<WarmingOptions>;
  readonly #warmers: ReadonlyMap<string, Warmer>;
  #starting: Promise<unknown> = Promise.resolve();

  constructor(around: WarmSurroundings, plans: readonly WarmPlan[], options: WarmingOptions = {}) {
    this.#around = around;
    this.#options = prepareBounds(warmingDefaults, options, {
      timers: ['readyTimeoutMs', 'recoveryJitterMs', 'leaseMs'],
    });
    this.#warmers = new Map(
      plans.map((plan) => [plan.name, { plan, run: null, waiting: null, lastReport: null }]),
    );
  }

  /** Begins what the triggers of the warmers ask for. */
  start(): void {
    const { readyTimeoutMs, recoveryJitterMs } = this.#options;
    const plans = [...this.#warmers.values()].map(({ plan }) => plan);
    const around: TriggerSurroundings = {
      ...this.#around,
      run: (name, trigger) => this.#run(this.#find(name), { trigger }),
      wait: (name, ms) => this.#wait(this.#find(name), ms),
    };
    const starting = plans
      .filter(({ on }) => on.start)
      .map((plan) => runAtStart(around, plan, readyTimeoutMs));
    this.#starting = Promise.all(starting);
    this.#around.reading.track(this.#starting);
    for (const plan of plans) {
      if (plan.on.everySeconds !== null) this.#around.reading.track(runOnSchedule(around, plan));
      if (plan.on.recovery) runAfterOutages(around, plan, recoveryJitterMs);
    }
  }

  async ready(): Promise<void> {
    const waiting = new AbortController();
    const signal = AbortSignal.any([waiting.signal, this.#around.closing]);
    await Promise.race([this.#starting, this.#around.pause(this.#options.readyTimeoutMs, signal)]);
    waiting.abort();
  }

  async warm(name: string, { signal, perSecond }: WarmCallOptions = {}): Promise<WarmReport> {
    const warmer = this.#find(name);
    if (perSecond !== undefined) checkPerSecond(name, perSecond);
    const running = this.#run(warmer, { trigger: 'demand', signal, perSecond });
    this.#around.reading.track(running);
    return running;
  }

  warmers(): readonly WarmerState[] {
    return [...this.#warmers.values()].map(({ plan, run, waiting, lastReport }) => {
      const { name, perSecond, concurrency, stages, on } = plan;
      const state = run !== null ? 'running' : waiting !== null ? 'waiting' : 'idle';
      const progress = run && { ...run.warming.progress, trigger: run.trigger };
      return { name, perSecond, concurrency, stages, on, state, progress, lastReport };
    });
  }

  /** What a run would do now, without loading anything. Rejects as `previewWarm`, and with `unknownWarmer`. */
  async preview(name: string): Promise<WarmPreview> {
    const previewing = previewWarm(this.#around, this.#find(name).plan);
    this.#around.reading.track(previewing);
    return previewing;
  }

  cancelWarm(name: string): boolean {
    const { run, waiting } = this.#find(name);
    run?.warming.end('cancelled', 'It was cancelled');
    waiting?.abort();
    return run !== null || waiting !== null;
  }

  async #run(warmer: Warmer, { trigger, signal, perSecond }: RunCause): Promise<WarmReport> {
    const { clock } = this.#around.reading;
    const startedAtMs = clock();
    let outcome: WarmOutcome;
    if (warmer.run === null) {
      const plan = { ...warmer.plan, perSecond: perSecond ?? warmer.plan.perSecond };
      const warming = new WarmRun(this.#around, plan);
      warmer.run = { warming, trigger };
      const unlinks = [
        onAbort(this.#around.closing, () => warming.end('cancelled', 'The cache was closed')),
        onAbort(signal, () => warming.end('cancelled', 'Its caller cancelled it')),
      ];
      outcome = await this.#runLeased(plan, warming, trigger);
      for (const unlink of unlinks) unlink();
      warmer.run = null;
    } else {
      outcome = { state: 'leased', reason: 'It runs already in this process', ...noCounts };
    }
    const endedAtMs = clock();
    const report = { ...outcome, trigger, durationMs: endedAtMs - startedAtMs };
    warmer.lastReport = { ...report, endedAtMs };
    this.#tell(warmer.plan.name, report);
    return report;
  }

  async #runLeased(plan: WarmPlan, warming: WarmRun, trigger: WarmTrigger): Promise<WarmOutcome> {
    const { name } = plan;
    const lease = await takeWarmLease(this.#around.reading, {
      name,
      trigger,
      leaseMs: this.#options.leaseMs,
    });
    if (lease === 'leased') {
      return { state: 'leased', reason: 'Another instance warms, or just has', ...noCounts };
    }
    if ('isDone' in lease) {
      return { state: 'stopped', reason: `Redis does not answer (${lease.code})`, ...noCounts };
    }
    onAbort(lease.lost, () => warming.end('stopped', 'Another instance may have the lease'));
    const outcome = await warming.run(trigger);
    await lease.release(outcome.state === 'completed' ? restMsOf(plan, trigger) : null);
    return outcome;
  }

  /** False when it was cancelled meanwhile, or waits already. */
  async #wait(warmer: Warmer, ms: number): Promise<boolean> {
    if (warmer.waiting !== null) return false;
    const waiting = new AbortController();
    warmer.waiting = waiting;
    const signal = AbortSignal.any([waiting.signal, this.#around.closing]);
    await this.#around.pause(ms, signal);
    warmer.waiting = null;
    return !signal.aborted;
  }

  #tell(warmer: string, { state, reason, plannedCount, ...counts }: WarmReport): void {
    const doneCount = counts.loadedCount + counts.freshCount + counts.failedCount + counts.skippedCount;
    this.#around.reading.events.emit('warm', { warmer, state, doneCount, plannedCount, reason });
  }

  #find(name: string): Warmer {
    const warmer = this.#warmers.get(name);
    if (warmer !== undefined) return warmer;
    const known = [...this.#warmers.keys()].join(', ') || 'none';
    throw new CacheError('unknownWarmer', `No warmer "${name}" is declared. Declared are: ${known}.`);
  }
}

interface RunCause {
  readonly trigger: WarmTrigger;
  readonly signal?: AbortSignal | undefined;
  readonly perSecond?: number | undefined;
}

/** Also when it is aborted already. Returns how to stop listening. */
function onAbort(signal: AbortSignal | undefined, then: () => void): () => void {
  if (signal === undefined) return () => {};
  if (signal.aborted) then();
  else signal.addEventListener('abort', then, { once: true });
  return () => signal.removeEventListener('abort', then);
}
