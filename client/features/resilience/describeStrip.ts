import { formatPercent } from '#client/lib/formatNumber.ts';
import { breakerStatesByHarm } from '#shared/services/breakerState.ts';
import { stripRuns } from '#shared/services/stripCells.ts';
import { type BreakerRow, stateWords } from './resilienceModel.ts';

/** The strip in words: how much of what was read was in which state. */
export function describeStrip({ name, state, cells }: Pick<BreakerRow, 'name' | 'state' | 'cells'>): string {
  const runs = stripRuns(cells);
  const read = runs.reduce((sum, run) => sum + (run.state === null ? 0 : run.cellCount), 0);
  if (read === 0) return `${name}: ${stateWords[state]} now; not read in this span`;
  const parts = breakerStatesByHarm.flatMap((one) => {
    const count = runs.reduce((sum, run) => sum + (run.state === one ? run.cellCount : 0), 0);
    return count === 0 ? [] : [`${stateWords[one]} ${formatPercent(count / read)}`];
  });
  return `${name}: ${stateWords[state]} now; ${parts.join(', ')} of the time that was read`;
}
