import type { Mark } from '#shared/series.ts';
import type { Compare, TimeRange } from '#shared/timeRange.ts';
import { judgeMainHitRatio } from './judgeFigures.ts';
import { deriveFacts, type Overview, type OverviewFacts, type Status } from './overviewFacts.ts';
import { type DifferentModel, prepareDifferent } from './prepareDifferent.ts';
import { prepareTiles, type TileModel } from './prepareTiles.ts';
import { prepareWrong } from './wrong/prepareWrong.ts';
import type { WrongItem } from './wrong/wrongItem.ts';

export interface OverviewModel {
  readonly wrong: readonly WrongItem[];
  /** What was looked at and is quiet: calm is only worth what was measured. */
  readonly measured: string;
  readonly tiles: readonly TileModel[];
  /** Colours the line of the hit rate as its tile is coloured. */
  readonly isHitRateWorse: boolean;
  readonly different: DifferentModel;
  /** Newest first. */
  readonly changes: readonly Mark[];
}

export interface OverviewInput {
  readonly overview: Overview;
  readonly status: Status;
  readonly range: TimeRange;
  readonly compare: Compare;
}

export function prepareOverview({ overview, status, range, compare }: OverviewInput): OverviewModel {
  const input = { overview, status, isLive: 'last' in range };
  const facts = deriveFacts(input);
  return {
    wrong: prepareWrong(input, facts),
    measured: measuredText(status, facts),
    tiles: prepareTiles(input, facts),
    isHitRateWorse: judgeMainHitRatio(facts) !== undefined,
    different: prepareDifferent(overview, compare),
    changes: [...overview.marks].sort((a, b) => b.atMs - a.atMs),
  };
}

function measuredText(status: Status, { serviceHitRatio, redisHitRatio }: OverviewFacts): string {
  const up = status.metricsSources.filter(({ state }) => state === 'up').length;
  const services =
    up === 0
      ? 'No metrics of services are read, so nothing is known of their source load.'
      : `Hit rate, misses and source load are read from ${up} ${up === 1 ? 'metrics page' : 'metrics pages'} of services.`;
  const nodes = status.nodes.length === 1 ? 'one node' : `${status.nodes.length} nodes`;
  const isHitRateKnown = serviceHitRatio.now !== null || redisHitRatio.now !== null;
  const hitRate = isHitRateKnown ? '' : ' No hit rate is known: no look-ups were counted in the last minute.';
  return `Looked at: ${isHitRateKnown ? 'hit rate, ' : ''}evictions, memory and connections of ${nodes}.${hitRate} ${services}`;
}
