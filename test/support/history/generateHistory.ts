import { seededRandom } from '#demo/source/seededRandom.ts';
import type { NodePoint, TrafficPoint } from '#server/history/historyStore.ts';

const STEP_MS = 10_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

export interface GeneratedStep {
  readonly stepAtMs: number;
  /** Empty = the metrics of no service could be read, though their total was asked for. */
  readonly points: readonly TrafficPoint[];
  readonly node: NodePoint;
}

export interface GeneratedHistoryOptions {
  readonly seed: number;
  readonly patternCount: number;
  readonly fromMs: number;
  readonly toMs: number;
  /** Before this, one step of `sparseStepMs` in place of every step of 10 s. */
  readonly denseFromMs: number;
  readonly sparseStepMs: number;
  /** An hour in which nothing was recorded. */
  readonly missingHourAtMs?: number;
}

/**
 * Traffic as services make it: by the time of day and of the week, a few patterns with most of it, stampedes of one step,
 * an idle pattern, restarts that leave gaps in everything, and outages of the metrics of one service. The same for the same
 * options.
 */
export function* generateHistory(options: GeneratedHistoryOptions): Generator<GeneratedStep> {
  const { fromMs, toMs, denseFromMs, sparseStepMs, missingHourAtMs = Number.NEGATIVE_INFINITY } = options;
  const random = seededRandom(options.seed);
  let silentUntilMs = 0;
  let halfUntilMs = 0;
  for (let atMs = fromMs; atMs < toMs; atMs += atMs < denseFromMs ? sparseStepMs : STEP_MS) {
    // About one a day each, whatever the width of the steps.
    const chance = (atMs < denseFromMs ? sparseStepMs : STEP_MS) / DAY_MS;
    if (random() < chance) silentUntilMs = atMs + (1 + random() * 4) * MINUTE_MS;
    if (random() < chance) halfUntilMs = atMs + (5 + random() * 40) * MINUTE_MS;
    const isMissing = atMs >= missingHourAtMs && atMs < missingHourAtMs + HOUR_MS;
    if (isMissing || atMs < silentUntilMs) continue;
    const busyness = busynessAt(atMs);
    const points: TrafficPoint[] = [];
    for (let index = 0; index < options.patternCount; index += 1) {
      // Patterns of the service whose metrics cannot be read.
      if (atMs < halfUntilMs && index % 3 === 1) continue;
      points.push(pointOf(index, busyness, random));
    }
    yield { stepAtMs: atMs, points, node: nodeOf(points, atMs, random) };
  }
}

function pointOf(index: number, busyness: number, random: () => number): TrafficPoint {
  const pattern = generatedPattern(index);
  const origin = { source: 'library', service: `shop-${index % 3}`, version: '1.0' } as const;
  if (index === 5) return { pattern, ...origin, hits: 0, misses: 0, loads: 0, loadMs: 0, puts: 0 };
  const lookups = Math.round((2_000 / (index + 1)) * busyness * (0.8 + 0.4 * random()));
  const isStampede = random() < 0.001;
  const missRatio = isStampede ? 0.7 : 0.02 + 0.3 * ((index % 7) / 7) + 0.02 * random();
  const misses = Math.round(lookups * missRatio);
  const loads = isStampede ? misses * 3 : misses;
  return {
    pattern,
    ...origin,
    hits: lookups - misses,
    misses,
    loads,
    loadMs: Math.round(loads * (5 + 20 * random()) * 1_000) / 1_000,
    puts: misses,
    levels: { l1: { hits: lookups - misses, misses }, l2: { hits: 0, misses } },
    missReasons: { absent: misses },
  };
}

function nodeOf(points: readonly TrafficPoint[], atMs: number, random: () => number): NodePoint {
  const sum = (read: (point: TrafficPoint) => number) => points.reduce((all, point) => all + read(point), 0);
  const hits = sum(({ hits: count }) => count);
  const misses = sum(({ misses: count }) => count);
  return {
    nodeId: 'redis:6379',
    hits,
    misses,
    ownLookups: 5,
    commands: hits + misses + 20,
    expired: Math.round(misses * random()),
    evicted: random() < 0.01 ? Math.round(500 * random()) : 0,
    // Now and then a field is not in INFO.
    keyCount: random() < 0.01 ? null : Math.round(50_000 + 20_000 * busynessAt(atMs) + 1_000 * random()),
    usedMemoryBytes: Math.round(64e6 + 8e6 * random()),
    connectedClientCount: 20 + Math.floor(10 * random()),
  };
}

export function generatedPattern(index: number): string {
  return `shop:family${index}:{id}`;
}

/** 0.1 in the night to 1 at three in the afternoon, less at weekends. UTC. */
function busynessAt(atMs: number): number {
  const ofDay = (atMs % DAY_MS) / DAY_MS;
  const weekday = Math.floor(atMs / DAY_MS + 4) % 7;
  const isWeekend = weekday === 0 || weekday === 6;
  return (0.55 - 0.45 * Math.cos(2 * Math.PI * (ofDay - 0.125))) * (isWeekend ? 0.6 : 1);
}
