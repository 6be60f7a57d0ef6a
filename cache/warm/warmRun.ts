import { type RefreshNowResult, refreshNow } from '#cache/read/refresh/refreshNow.ts';
import { collectEntries } from './collectEntries.ts';
import type { EntryName } from './entryName.ts';
import { Pace } from './pace.ts';
import { prepareStages, type Stage } from './prepareStages.ts';
import type { WarmPlan } from './warmerOptions.ts';
import { noCounts, type WarmCounts, type WarmProgress, type WarmReport } from './warmReport.ts';
import type { WarmSurroundings } from './warmSurroundings.ts';

export type WarmEnding = Pick<WarmReport, 'state' | 'reason'>;
export type WarmOutcome = WarmEnding & WarmCounts;

/** Entries one after the other that could not be loaded, which end a run: the source, or Redis, is not well. */
const MAX_FAILURES_IN_ROW = 5;
/** More than this share of the loads of a stage must not fail. */
const MAX_FAILED_RATIO = 0.5;
/** Fewer loads say nothing about their share. */
const MIN_JUDGED_COUNT = 10;
/** Tries of one entry while the source has no room, and the wait before the next, each twice as long. */
const MAX_BUSY_TRIES = 5;
const BUSY_WAIT_MS = 500;
const PROGRESS_EVERY_MS = 1_000;

/** One run through the list of a warmer, by the instance that has its lease. */
export class WarmRun {
  readonly #around: WarmSurroundings;
  readonly #plan: WarmPlan;
  readonly #pace: Pace;
  readonly #aborting = new AbortController();
  readonly #counts: { -readonly [Name in keyof WarmCounts]: number } = { ...noCounts };
  #ending: WarmEnding | null = null;
  #stageNumber = 0;
  #stageCount = 0;
  #failuresInRow = 0;
  #toldAtMs = -Infinity;

  constructor(around: WarmSurroundings, plan: WarmPlan) {
    const { clock, random } = around.reading;
    this.#around = around;
    this.#plan = plan;
    this.#pace = new Pace({ ...plan, clock, random });
  }

  get progress(): WarmProgress {
    const { loadedCount, freshCount, failedCount, skippedCount } = this.#counts;
    const doneCount = loadedCount + freshCount + failedCount + skippedCount;
    return { ...this.#counts, doneCount, stageNumber: this.#stageNumber, stageCount: this.#stageCount };
  }

  /** No entry is begun from here on. */
  end(state: WarmEnding['state'], reason: string): void {
    if (this.#ending !== null) return;
    this.#ending = { state, reason };
    this.#aborting.abort();
  }

  /** Never rejects. Ends when what was begun has ended. */
  async run(trigger: string): Promise<WarmOutcome> {
    const ends = this.#watch();
    try {
      const completed = await this.#runThrough(trigger);
      return { ...(this.#ending ?? completed), ...this.#counts };
    } catch (error) {
      const failed: WarmEnding = { state: 'failed', reason: `The list failed: ${textOf(error)}` };
      return { ...(this.#ending ?? failed), ...this.#counts };
    } finally {
      for (const end of ends) end();
    }
  }

  async #runThrough(trigger: string): Promise<WarmEnding> {
    const collected = await collectEntries(this.#plan, this.#aborting.signal);
    if (collected === null) return { state: 'cancelled', reason: 'It ended before it had a list' };
    const { entries, isCut } = collected;
    const stages = prepareStages(entries.length, this.#plan.stages);
    this.#counts.plannedCount = stages.at(-1)?.toIndex ?? 0;
    this.#stageCount = stages.length;
    this.#tell('started', trigger);
    for (const stage of stages) {
      if (this.#ending !== null) break;
      await this.#runStage(stage, entries);
    }
    const { plannedCount } = this.#counts;
    const reason = isCut
      ? `The list was cut after ${this.#plan.maxCount} entries (maxCount)`
      : `${plannedCount} entries`;
    return { state: 'completed', reason };
  }

  async #runStage(stage: Stage, entries: readonly EntryName[]): Promise<void> {
    this.#stageNumber = stage.number;
    const before = { ...this.#counts };
    let nextIndex = stage.fromIndex;
    const runLane = async (): Promise<void> => {
      while (this.#ending === null && nextIndex < stage.toIndex) {
        const entry = entries[nextIndex];
        nextIndex += 1;
        if (entry !== undefined) await this.#warmEntry(entry);
        this.#judgeStage(before);
      }
    };
    await Promise.all(Array.from({ length: this.#plan.concurrency }, runLane));
    if (this.#ending === null) this.#tell('progressed', `stage ${stage.number} of ${this.#stageCount}`);
  }

  async #warmEntry(entry: EntryName): Promise<void> {
    let waitMs = BUSY_WAIT_MS;
    for (let attempt = 1; ; attempt += 1) {
      const result = await this.#refresh(entry);
      this.#count(result, attempt === MAX_BUSY_TRIES);
      if (result.state !== 'busy' || attempt === MAX_BUSY_TRIES) return;
      await this.#pause(waitMs);
      if (this.#ending !== null) return;
      waitMs *= 2;
    }
  }

  async #refresh(entry: EntryName): Promise<RefreshNowResult> {
    try {
      const request = await this.#around.requestOf(entry);
      return await refreshNow(this.#around.reading, request, () => this.#admit());
    } catch (error) {
      return { state: 'failed', error };
    }
  }

  async #admit(): Promise<boolean> {
    const waitMs = this.#pace.reserve();
    if (waitMs > 0) await this.#pause(waitMs);
    return this.#ending === null;
  }

  #count(result: RefreshNowResult, isLastTry: boolean): void {
    switch (result.state) {
      case 'fresh':
        this.#counts.freshCount += 1;
        break;
      case 'loaded':
        this.#counts.loadedCount += 1;
        this.#failuresInRow = 0;
        this.#pace.speedUp();
        break;
      case 'leased':
      case 'overtaken':
        this.#counts.skippedCount += 1;
        break;
      case 'busy':
        this.#pace.slowDown();
        if (!isLastTry) return;
        this.#counts.skippedCount += 1;
        this.#stumble('the source has no room');
        break;
      case 'unstored':
        this.#counts.failedCount += 1;
        this.#stumble('Redis did not take it');
        break;
      case 'away':
        this.#counts.failedCount += 1;
        this.#stumble('Redis did not answer');
        break;
      case 'failed':
        this.#counts.failedCount += 1;
        this.#stumble(textOf(result.error));
        break;
      case 'withdrawn':
        return;
    }
    if (this.#around.reading.clock() - this.#toldAtMs >= PROGRESS_EVERY_MS) {
      this.#tell('progressed', `stage ${this.#stageNumber} of ${this.#stageCount}`);
    }
  }

  #stumble(why: string): void {
    this.#failuresInRow += 1;
    if (this.#failuresInRow < MAX_FAILURES_IN_ROW) return;
    this.end('stopped', `${MAX_FAILURES_IN_ROW} entries in a row were not loaded, the last because: ${why}`);
  }

  #judgeStage(before: WarmCounts): void {
    const failedCount = this.#counts.failedCount - before.failedCount;
    const judgedCount = this.#counts.loadedCount - before.loadedCount + failedCount;
    if (judgedCount < MIN_JUDGED_COUNT || failedCount <= judgedCount * MAX_FAILED_RATIO) return;
    this.end('stopped', `${failedCount} of ${judgedCount} loads of stage ${this.#stageNumber} failed`);
  }

  /** What ends a run from outside; returns how to stop listening. */
  #watch(): readonly (() => void)[] {
    const { events } = this.#around.reading;
    return [
      events.on('breaker', ({ to }) => {
        if (to === 'open' || to === 'forcedOpen') this.end('stopped', `The breaker is ${to}`);
      }),
      events.on('fallback', ({ code }) => {
        // More entries would only push out others, or find no place.
        if (code === 'outOfMemory') this.end('stopped', 'Redis is full (outOfMemory)');
        if (code === 'readOnly') this.end('stopped', 'Redis takes no writes (readOnly)');
      }),
    ];
  }

  #pause(ms: number): Promise<void> {
    return this.#around.pause(ms, this.#aborting.signal);
  }

  #tell(state: 'started' | 'progressed', reason: string): void {
    const { doneCount, plannedCount } = this.progress;
    this.#toldAtMs = this.#around.reading.clock();
    this.#around.reading.events.emit('warm', {
      warmer: this.#plan.name,
      state,
      doneCount,
      plannedCount,
      reason,
    });
  }
}

function textOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
