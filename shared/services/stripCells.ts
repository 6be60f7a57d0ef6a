import { type BreakerState, breakerStatesByHarm, harmRank } from './breakerState.ts';

/** Equal steps of a span, in which strips are drawn. */
export interface StripGrid {
  readonly fromMs: number;
  readonly stepMs: number;
  readonly count: number;
}

/** Cells in a row that say the same; null = nobody read the breaker then. */
export interface StripRun {
  readonly state: BreakerState | null;
  readonly fromCell: number;
  readonly cellCount: number;
}

/** One character a state, in the order of `breakerStatesByHarm`; a space is a gap. */
const letters = 'FOHDC';
const GAP = ' ';

/** The strip as one character a step: the worst state that was read in it, since a mean would hide what was short. */
export function foldStrip(
  stretches: readonly { readonly state: BreakerState; readonly fromMs: number; readonly toMs: number }[],
  { fromMs, stepMs, count }: StripGrid,
): string {
  const worst = new Array<number>(count).fill(letters.length);
  for (const stretch of stretches) {
    const first = Math.max(0, Math.floor((stretch.fromMs - fromMs) / stepMs));
    const last = Math.min(count - 1, Math.floor((stretch.toMs - fromMs) / stepMs));
    const rank = harmRank(stretch.state);
    for (let cell = first; cell <= last; cell += 1) worst[cell] = Math.min(worst[cell] ?? rank, rank);
  }
  return worst.map((rank) => letters[rank] ?? GAP).join('');
}

/** What `foldStrip` wrote, as runs. */
export function stripRuns(cells: string): readonly StripRun[] {
  const runs: StripRun[] = [];
  for (let cell = 0; cell < cells.length; cell += 1) {
    const state = breakerStatesByHarm[letters.indexOf(cells[cell] ?? GAP)] ?? null;
    const last = runs.at(-1);
    if (last !== undefined && last.state === state) {
      runs[runs.length - 1] = { ...last, cellCount: last.cellCount + 1 };
    } else runs.push({ state, fromCell: cell, cellCount: 1 });
  }
  return runs;
}
