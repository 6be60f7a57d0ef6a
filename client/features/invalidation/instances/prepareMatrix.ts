import { orderRows, parseRowOrder, type RowOrder, type SortValue } from '#client/lib/rowOrder.ts';
import type { InvalidationRow } from '../invalidationModel.ts';

const sorts = ['name', 'hearing', 'sent', 'received', 'missed', 'duplicate', 'retries', 'flushes'] as const;
export type MatrixSort = (typeof sorts)[number];

/** How an instance hears the others. `deaf`: it takes itself to be subscribed, and received nothing of what was sent. */
export type Hearing = 'deaf' | 'lost' | 'silent' | 'unknown' | 'live' | 'none';

const ranks: Readonly<Record<Hearing, number>> = {
  deaf: 0,
  lost: 1,
  silent: 2,
  unknown: 3,
  live: 4,
  none: 5,
};

/** As in the finding: a difference of readings says less. */
const HEARD_BY_OTHERS = 5;
const LEAST_WINDOW_MS = 30_000;

export function hearingOf({
  silentSinceMs,
  coherence,
  recent,
  expectedCount,
}: Pick<InvalidationRow, 'silentSinceMs' | 'coherence' | 'recent' | 'expectedCount'>): Hearing {
  if (silentSinceMs !== null) return 'silent';
  if (coherence === null) return 'none';
  if (coherence === 'lost') return 'lost';
  if (recent === null) return 'unknown';
  const isDeaf =
    recent.windowMs >= LEAST_WINDOW_MS && recent.received === 0 && (expectedCount ?? 0) >= HEARD_BY_OTHERS;
  return isDeaf ? 'deaf' : 'live';
}

const sortValues: Record<MatrixSort, (row: InvalidationRow) => SortValue> = {
  name: (row) => row.instance ?? row.address,
  hearing: (row) => ranks[hearingOf(row)],
  sent: ({ total }) => total.sent,
  received: ({ total }) => total.received,
  missed: ({ total }) => total.missed,
  duplicate: ({ total: { duplicate, events } }) => (duplicate === null ? null : duplicate + events.duplicate),
  retries: ({ retriesWaiting }) => retriesWaiting,
  flushes: ({ total }) => total.flushes,
};

/** Who hears worst stands first. */
export function matrixOrder(text: string | undefined): RowOrder<MatrixSort> {
  return parseRowOrder(text, sorts) ?? { column: 'hearing', direction: 'ascending' };
}

export function orderMatrix(
  rows: readonly InvalidationRow[],
  { column, direction }: RowOrder<MatrixSort>,
): readonly InvalidationRow[] {
  const byName = orderRows(rows, sortValues.name, 'ascending');
  return orderRows(byName, sortValues[column], direction);
}
