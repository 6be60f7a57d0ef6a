import type { PatternTable, TableProbe, TableSample } from '#shared/patternTable/patternTable.ts';
import {
  beforeAt,
  repeatedAt,
  sampleAt,
  sparkAt,
  trafficAt,
  worstAt,
} from '#shared/patternTable/readPatternTable.ts';
import { compareProbe, type ProbeComparison } from '#shared/probe/compareProbe.ts';
import { type PatternProbe, probeReading } from '#shared/probe/probeResult.ts';
import type { Known } from '#shared/reading.ts';
import type { ToldSize } from '#shared/snapshot.ts';
import { type Estimate, exact, type Proportion, wilson } from '#shared/statistics.ts';
import {
  type CoveredLookups,
  type PatternRangeTraffic,
  perSecond,
  rangeTraffic,
} from '#shared/traffic/rangeTraffic.ts';
import { enoughHit, isWorseThan } from './judgeHit.ts';
import { type PatternLife, patternLife } from './patternLife.ts';

/** One row as the table sorts and draws it. Null = not known; the reason stands beside it. */
export interface PatternModel {
  readonly pattern: string;
  readonly services: readonly string[];
  readonly from: string;
  /** Null also when fewer look-ups than `MIN_LOOKUP_COUNT` were counted. */
  readonly hit: Proportion | null;
  readonly lookupCount: number | null;
  readonly beforeRatio: number | null;
  readonly deltaPoints: number | null;
  /** Worse than before by more than the noise; see `isWorseThan`. */
  readonly isWorse: boolean;
  /** Measured now, and not before although others were: in the span before or, without one, earlier in this one. */
  readonly isNew: boolean;
  readonly life: PatternLife;
  /** The hour with the lowest hit rate; null in a range that has no two hours, or without enough look-ups. */
  readonly worst: { readonly fromMs: number; readonly hit: Proportion; readonly lookupCount: number } | null;
  /** As `packRatios` writes it: only the rows that are drawn are unpacked. */
  readonly spark: string | null;
  readonly lookupsPerSecond: number | null;
  readonly missesPerSecond: number | null;
  readonly extraMissesPerSecond: number | null;
  readonly loadsPerSecond: number | null;
  readonly loadMs: number | null;
  /** Source time that misses take and that hits spare, ms per second; null without a load, whose time it is made of. */
  readonly costMsPerSecond: number | null;
  readonly savedMsPerSecond: number | null;
  /** Why the traffic is not known; empty when it is. */
  readonly trafficReason: string;
  readonly keyCount: Estimate | null;
  readonly bytes: Estimate | null;
  /** What tells both where there is no sample of our own; else null. */
  readonly sizeFrom: Known<ToldSize> | null;
  readonly sizeP95Bytes: number | null;
  readonly ttlP50Ms: number | null;
  readonly noTtlRatio: number | null;
  /** Why the sizes are not known; empty when they are. */
  readonly sampleReason: string;
  /** What the last probe measured; its own reading, never added to `hit`. */
  readonly probe: Known<PatternProbe> | null;
  /** It beside what the metrics counted about then; null when only one of both is known. */
  readonly probeBeside: ProbeComparison | null;
}

/** What all rows of one table share. */
export interface TableShare {
  readonly table: PatternTable;
  readonly probed: ReadonlyMap<number, TableProbe>;
  readonly told: ReadonlyMap<number, Known<ToldSize>>;
  /** First step of the curves that is drawn. */
  readonly firstStep: number;
}

/** A row that is derived as it is read: of ten thousand, thirty are drawn, and a sort asks each for one number. */
export class TablePattern implements PatternModel {
  readonly #share: TableShare;
  readonly #row: number;

  constructor(share: TableShare, row: number) {
    this.#share = share;
    this.#row = row;
  }

  get pattern(): string {
    return this.#table.pattern[this.#row] ?? '';
  }

  get services(): readonly string[] {
    return repeatedAt(this.#table.services, this.#row, []);
  }

  get from(): string {
    return trafficAt(this.#table, this.#row) === null ? 'unknown' : 'metrics';
  }

  get hit(): Proportion | null {
    return enoughHit(trafficAt(this.#table, this.#row));
  }

  get lookupCount(): number | null {
    const counts = trafficAt(this.#table, this.#row);
    return counts === null ? null : counts.hits + counts.misses;
  }

  get beforeRatio(): number | null {
    return this.#beforeHit?.ratio ?? null;
  }

  get deltaPoints(): number | null {
    const { hit, beforeRatio } = this;
    return hit === null || beforeRatio === null ? null : (hit.ratio - beforeRatio) * 100;
  }

  get isWorse(): boolean {
    return isWorseThan(this.hit, this.#beforeHit, this.extraMissesPerSecond);
  }

  get isNew(): boolean {
    if ((this.lookupCount ?? 0) === 0 || beforeAt(this.#table, this.#row) !== null) return false;
    return this.#table.before !== null || this.life.cameAtMs !== null;
  }

  get life(): PatternLife {
    const steps = this.#table.sparks?.steps ?? null;
    return patternLife(sparkAt(this.#table, this.#row), this.lookupsPerSecond ?? 0, steps);
  }

  get worst(): PatternModel['worst'] {
    const worst = worstAt(this.#table, this.#row);
    const hit = worst === null ? null : wilson(worst.hits, worst.lookupCount);
    return worst === null || hit === null
      ? null
      : { fromMs: worst.fromMs, hit, lookupCount: worst.lookupCount };
  }

  get spark(): string | null {
    return sparkAt(this.#table, this.#row)?.slice(this.#share.firstStep) ?? null;
  }

  get lookupsPerSecond(): number | null {
    return this.#traffic?.lookupsPerSecond ?? null;
  }

  get missesPerSecond(): number | null {
    return missRate(trafficAt(this.#table, this.#row));
  }

  get extraMissesPerSecond(): number | null {
    const { missesPerSecond } = this;
    const missesBefore = missRate(beforeAt(this.#table, this.#row));
    return missesPerSecond === null || missesBefore === null ? null : missesPerSecond - missesBefore;
  }

  get loadsPerSecond(): number | null {
    return this.#traffic?.loadsPerSecond ?? null;
  }

  get loadMs(): number | null {
    return this.#traffic?.loadMs ?? null;
  }

  get costMsPerSecond(): number | null {
    return this.loadMs === null ? null : (this.#traffic?.sourceMsPerSecond ?? null);
  }

  get savedMsPerSecond(): number | null {
    const traffic = this.#traffic;
    if (traffic === null || traffic.loadMs === null) return null;
    return (traffic.lookupsPerSecond - traffic.missesPerSecond) * traffic.loadMs;
  }

  get trafficReason(): string {
    return repeatedAt(this.#table.trafficReason, this.#row, '');
  }

  get keyCount(): Estimate | null {
    return this.#sample?.keyCount ?? exactOrNull(this.sizeFrom?.value.keyCount);
  }

  get bytes(): Estimate | null {
    return this.#sample?.bytes ?? exactOrNull(this.sizeFrom?.value.bytes);
  }

  get sizeFrom(): Known<ToldSize> | null {
    return this.#share.told.get(this.#row) ?? null;
  }

  get sizeP95Bytes(): number | null {
    return this.#sample?.sizeP95Bytes ?? null;
  }

  get ttlP50Ms(): number | null {
    return this.#sample?.ttlP50Ms ?? null;
  }

  get noTtlRatio(): number | null {
    const sample = this.#sample;
    if (sample === null) return null;
    return sample.sampledCount > 0 ? sample.noTtlCount / sample.sampledCount : 0;
  }

  get sampleReason(): string {
    return repeatedAt(this.#table.sampleReason, this.#row, '');
  }

  get probe(): Known<PatternProbe> | null {
    const run = this.#table.probe;
    const counts = this.#share.probed.get(this.#row);
    return run === null || counts === undefined ? null : probeReading(counts, run);
  }

  get probeBeside(): ProbeComparison | null {
    const { probe } = this;
    const meanwhile = this.#share.probed.get(this.#row)?.meanwhile ?? null;
    return probe === null || meanwhile === null ? null : compareProbe(probe.value, meanwhile);
  }

  get #table(): PatternTable {
    return this.#share.table;
  }

  get #traffic(): PatternRangeTraffic | null {
    const sources = repeatedAt(this.#table.sources, this.#row, []);
    return rangeTraffic(trafficAt(this.#table, this.#row) ?? undefined, sources);
  }

  get #beforeHit(): Proportion | null {
    return enoughHit(beforeAt(this.#table, this.#row));
  }

  get #sample(): TableSample | null {
    return sampleAt(this.#table, this.#row);
  }
}

function exactOrNull(value: number | null | undefined): Estimate | null {
  return value == null ? null : exact(value);
}

function missRate(counts: CoveredLookups | null): number | null {
  return counts === null ? null : perSecond(counts.misses, counts.coveredMs);
}
