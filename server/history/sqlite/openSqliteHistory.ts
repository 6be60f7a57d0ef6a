import type { Mark, Series } from '#shared/series.ts';
import type { BreakerStretch } from '#shared/services/breakerStretch.ts';
import type { TargetId } from '#shared/target.ts';
import type { TimeSpan } from '#shared/timeRange.ts';
import type {
  CoveredSeries,
  ExtremeSeries,
  HistoryState,
  HistoryStore,
  NodeExtreme,
  NodeMetric,
  NodePoint,
  OriginTotals,
  SampleMetric,
  SamplePoint,
  TrafficExtreme,
  TrafficMetric,
  TrafficPoint,
  TrafficTotals,
  TtlBaseline,
  TtlPoint,
} from '../historyStore.ts';
import type { InvalidationPoint, InvalidationSeries } from '../invalidationPoint.ts';
import { chooseGrid } from './chooseGrid.ts';
import { coverSpan } from './coverSpan.ts';
import { readNodeExtremes, readTrafficExtremes } from './extremes/readExtremes.ts';
import { HistoryFile, type HistoryFileOptions } from './file/historyFile.ts';
import { gapSeries } from './foldRows.ts';
import {
  readNodeSeries,
  readSampleSeries,
  readSparklines,
  readTrafficSeries,
  readTrafficTotals,
  type Sparklines,
} from './historyReader.ts';
import { type Family, nodeFamily, originFamily, sampleFamily, trafficFamily } from './historySchema.ts';
import { invalidationFamily } from './invalidations/invalidationFamily.ts';
import { prepareInvalidationSeries } from './invalidations/invalidationTables.ts';
import { LookupColumns } from './lookupColumns.ts';
import type { ReadBounds } from './readBounds.ts';
import { RecentAnswers } from './recentAnswers.ts';
import { patternName, totalName } from './seriesNames.ts';

export interface SqliteHistory extends HistoryStore {
  /** What the page should say once about the past of the file, such as that a damaged one was set aside. Null = nothing. */
  notice(): string | null;
}

/**
 * The history in one SQLite file, `history.sqlite`. Never throws, neither here nor later: what cannot be opened or
 * written is stopped, says why in `state()`, and is tried again about every minute by the next write.
 */
export function openSqliteHistory(options: HistoryFileOptions): SqliteHistory {
  const history = new SqliteHistoryStore(options);
  history.maintain(options.clock());
  return history;
}

class SqliteHistoryStore implements SqliteHistory {
  readonly #clock: () => number;
  readonly #file: HistoryFile;
  readonly #answers = new RecentAnswers();
  readonly #columns = new LookupColumns();

  constructor(options: HistoryFileOptions) {
    this.#clock = options.clock;
    this.#file = new HistoryFile(options, () => {
      this.#answers.clear();
      this.#columns.clear();
    });
  }

  state(): HistoryState {
    return this.#file.state();
  }

  notice(): string | null {
    return this.#file.notice();
  }

  recordTraffic(targetId: TargetId, stepAtMs: number, points: readonly TrafficPoint[]): void {
    this.#file.write((tables) => {
      tables.addTraffic(targetId, stepAtMs, points);
      tables.origins.add(targetId, stepAtMs, points);
    });
    this.#answers.forgetFrom(stepAtMs);
    this.#columns.forget(stepAtMs);
  }

  recordNodes(targetId: TargetId, stepAtMs: number, points: readonly NodePoint[]): void {
    this.#file.write((tables) => tables.addNodes(targetId, stepAtMs, points));
  }

  recordSample(targetId: TargetId, minuteAtMs: number, points: readonly SamplePoint[]): void {
    this.#file.write((tables) => tables.addSample(targetId, minuteAtMs, points));
  }

  recordTtl(targetId: TargetId, sampledAtMs: number, points: readonly TtlPoint[]): void {
    this.#file.write((tables) => tables.ttl.add(targetId, sampledAtMs, points));
  }

  recordMark(targetId: TargetId, mark: Mark): void {
    this.#file.write((tables) => tables.addMark(targetId, mark));
  }

  recordBreakers(targetId: TargetId, stretches: readonly BreakerStretch[]): void {
    this.#file.write((tables) => tables.breakers.add(targetId, stretches));
  }

  recordInvalidations(targetId: TargetId, stepAtMs: number, points: readonly InvalidationPoint[]): void {
    this.#file.write((tables) => tables.invalidations.add(targetId, stepAtMs, points));
  }

  maintain(nowMs: number): void {
    this.#file.write((tables) => tables.expire(nowMs));
    // Apart, so that a full disk does not keep what is old from being deleted.
    this.#file.write((tables) => tables.extremes.fold(nowMs));
  }

  trafficTotals(targetId: TargetId, span: TimeSpan): ReadonlyMap<string, TrafficTotals> {
    const segments = coverSpan({ span, nowMs: this.#clock(), levels: trafficFamily.levels });
    // The bounds after rounding, so that viewers of "the last hour" share an answer until the next step.
    const endMs = Math.max(0, ...segments.map((segment) => segment.toMs));
    const bounds = segments.flatMap(({ level, fromMs, toMs }) => [level.name, fromMs, toMs]);
    return this.#file.read<ReadonlyMap<string, TrafficTotals>>((tables) =>
      tables === null
        ? new Map()
        : this.#answers.totals({ parts: [targetId, ...bounds], endMs }, () =>
            readTrafficTotals(tables, targetId, segments),
          ),
    );
  }

  trafficSeries(
    ...[targetId, pattern, span, maxPoints]: Parameters<HistoryStore['trafficSeries']>
  ): CoveredSeries<TrafficMetric> {
    const bounds = this.#bounds(trafficFamily, span, maxPoints);
    return this.#file.read((tables) => readTrafficSeries(tables, { targetId, pattern }, bounds));
  }

  sparklines(targetId: TargetId, span: TimeSpan, maxPoints: number): Sparklines {
    const bounds = this.#bounds(trafficFamily, span, maxPoints);
    const { fromMs, stepMs, count } = bounds.grid;
    const endMs = fromMs + count * stepMs;
    return this.#file.read<Sparklines>((tables) =>
      tables === null
        ? new Map()
        : this.#answers.sparklines({ parts: [targetId, fromMs, stepMs, count], endMs }, () =>
            readSparklines(tables, { targetId, columns: this.#columns }, bounds),
          ),
    );
  }

  trafficExtremes(
    ...[targetId, pattern, span, maxPoints]: Parameters<HistoryStore['trafficExtremes']>
  ): ExtremeSeries<TrafficExtreme> | null {
    const bounds = { ...this.#bounds(trafficFamily, span, maxPoints), levels: trafficFamily.levels };
    return this.#file.read((tables) => {
      const name = pattern === null ? totalName(targetId) : patternName(targetId, pattern);
      const id = tables?.names.find(name) ?? null;
      if (tables === null || id === null) return null;
      const { total, traffic } = tables.extremes;
      return readTrafficExtremes(pattern === null ? total : traffic, id, bounds);
    });
  }

  nodeExtremes(
    ...[targetId, nodeId, span, maxPoints]: Parameters<HistoryStore['nodeExtremes']>
  ): ExtremeSeries<NodeExtreme> | null {
    const bounds = { ...this.#bounds(nodeFamily, span, maxPoints), levels: nodeFamily.levels };
    return this.#file.read((tables) => {
      const ids = [...(tables?.names.listOf(targetId, 'node') ?? [])].filter(
        ([, name]) => nodeId === null || name === nodeId,
      );
      const [only, ...others] = ids;
      // The extremes of a sum are not the sum of extremes.
      if (tables === null || only === undefined || others.length > 0) return null;
      return readNodeExtremes(tables.extremes.node, only[0], bounds);
    });
  }

  nodeSeries(
    ...[targetId, nodeId, span, maxPoints]: Parameters<HistoryStore['nodeSeries']>
  ): CoveredSeries<NodeMetric> {
    const bounds = this.#bounds(nodeFamily, span, maxPoints);
    return this.#file.read((tables) => readNodeSeries(tables, { targetId, nodeId }, bounds));
  }

  sampleSeries(
    ...[targetId, pattern, span, maxPoints]: Parameters<HistoryStore['sampleSeries']>
  ): Readonly<Record<SampleMetric, Series>> {
    const bounds = this.#bounds(sampleFamily, span, maxPoints);
    return this.#file.read((tables) => readSampleSeries(tables, { targetId, pattern }, bounds));
  }

  trafficOrigins(targetId: TargetId, span: TimeSpan): readonly OriginTotals[] {
    const segments = coverSpan({ span, nowMs: this.#clock(), levels: originFamily.levels });
    // What is held of this minute is part of the answer.
    this.#file.write((tables) => tables.origins.flush());
    return this.#file.read((tables) => tables?.origins.read(targetId, segments) ?? []);
  }

  ttlBefore(targetId: TargetId, pattern: string | null, atMs: number): TtlBaseline | null {
    return this.#file.read((tables) => tables?.ttl.before({ targetId, pattern, atMs }) ?? null);
  }

  marks(targetId: TargetId, span: TimeSpan): readonly Mark[] {
    return this.#file.read((tables) => tables?.readMarks(targetId, span) ?? []);
  }

  breakerStretches(targetId: TargetId, span: TimeSpan): readonly BreakerStretch[] {
    return this.#file.read((tables) => tables?.breakers.read(targetId, span) ?? []);
  }

  invalidationSeries(
    ...[targetId, service, span, maxPoints]: Parameters<HistoryStore['invalidationSeries']>
  ): InvalidationSeries {
    const bounds = this.#bounds(invalidationFamily, span, maxPoints);
    return this.#file.read((tables) => {
      if (tables !== null) return tables.invalidations.read(targetId, service, bounds);
      const gap = gapSeries(bounds.grid);
      return prepareInvalidationSeries(() => gap, gap);
    });
  }

  close(): void {
    this.#file.write((tables) => tables.origins.flush());
    this.#file.close();
  }

  #bounds(family: Pick<Family<string>, 'levels'>, span: TimeSpan, maxPoints: number): ReadBounds {
    const nowMs = this.#clock();
    return { nowMs, grid: chooseGrid({ span, maxPoints, nowMs, levels: family.levels }) };
  }
}
