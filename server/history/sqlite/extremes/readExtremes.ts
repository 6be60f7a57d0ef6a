import {
  type ExtremeSeries,
  HISTORY_STEP_MS,
  type NodeExtreme,
  type TrafficExtreme,
} from '../../historyStore.ts';
import type { Grid } from '../chooseGrid.ts';
import type { Level } from '../historySchema.ts';
import { type ReadBounds, rowSpan } from '../readBounds.ts';
import type { ExtremeSource, ExtremeTables } from './extremeTables.ts';

const HOUR_MS = 3_600_000;

/** What the steps of a grid hide, and where it is known from. Null = nothing is hidden, or nobody knows. */
interface Hidden {
  readonly source: ExtremeSource;
  readonly finerStepMs: number;
}

export function readTrafficExtremes(
  tables: ExtremeTables<TrafficExtreme>,
  seriesId: number,
  bounds: ReadBounds & { readonly levels: readonly Level[] },
): ExtremeSeries<TrafficExtreme> | null {
  const found = readHidden(tables, seriesId, bounds);
  if (found === null) return null;
  const { extremesOf, finerStepMs } = found;
  return {
    finerStepMs,
    hitRatio: extremesOf('hitRatio'),
    lookupsPerSecond: extremesOf('lookupsPerSecond'),
    missesPerSecond: extremesOf('missesPerSecond'),
    loadsPerSecond: extremesOf('loadsPerSecond'),
  };
}

export function readNodeExtremes(
  tables: ExtremeTables<NodeExtreme>,
  seriesId: number,
  bounds: ReadBounds & { readonly levels: readonly Level[] },
): ExtremeSeries<NodeExtreme> | null {
  const found = readHidden(tables, seriesId, bounds);
  if (found === null) return null;
  const { extremesOf, finerStepMs } = found;
  return {
    finerStepMs,
    hitRatio: extremesOf('hitRatio'),
    commandsPerSecond: extremesOf('commandsPerSecond'),
    expiredPerSecond: extremesOf('expiredPerSecond'),
    evictedPerSecond: extremesOf('evictedPerSecond'),
    keyCount: extremesOf('keyCount'),
    usedMemoryBytes: extremesOf('usedMemoryBytes'),
    connectedClientCount: extremesOf('connectedClientCount'),
  };
}

function readHidden<Metric extends string>(
  tables: ExtremeTables<Metric>,
  seriesId: number,
  bounds: ReadBounds & { readonly levels: readonly Level[] },
) {
  const hidden = hiddenBy(bounds);
  if (hidden === null) return null;
  const extremesOf = tables.read(seriesId, hidden.source, { grid: bounds.grid, span: rowSpan(bounds) });
  return { extremesOf, finerStepMs: hidden.finerStepMs };
}

/** The finest that is kept: 10 s steps of the last two days, what was kept of them by the hour, else minutes. */
function hiddenBy({
  grid,
  nowMs,
  levels,
}: {
  grid: Grid;
  nowMs: number;
  levels: readonly Level[];
}): Hidden | null {
  if (grid.level.stepMs >= HOUR_MS) return { source: 'keptHours', finerStepMs: HISTORY_STEP_MS };
  const finest = levels.find(({ keptMs, stepMs }) => grid.fromMs >= nowMs - keptMs && stepMs < grid.stepMs);
  return finest === undefined ? null : { source: finest, finerStepMs: finest.stepMs };
}
