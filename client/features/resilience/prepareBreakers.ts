import { orderRows, parseRowOrder, type RowOrder, type SortValue } from '#client/lib/rowOrder.ts';
import type { Breaker, BreakerRow, Instance, ResilienceAnswer, ShownState } from './resilienceModel.ts';
import { stateRanks } from './resilienceModel.ts';

const sorts = ['state', 'name', 'since', 'failed', 'slow', 'fallback', 'read'] as const;
export type BreakerSort = (typeof sorts)[number];

const sortValues: Record<BreakerSort, (row: BreakerRow) => SortValue> = {
  state: ({ state }) => stateRanks[state],
  name: ({ name }) => name,
  since: ({ sinceMs }) => sinceMs,
  failed: ({ breaker }) => breaker?.failureRatio ?? breaker?.openedBy?.failureRatio ?? null,
  slow: ({ breaker }) => breaker?.slowCallRatio ?? breaker?.openedBy?.slowCallRatio ?? null,
  fallback: ({ instance }) => fillRatio(instance.figures?.fallback ?? null),
  read: ({ instance }) => instance.readAtMs,
};

/** What is worst stands first. */
export function breakerOrder(text: string | undefined): RowOrder<BreakerSort> {
  return parseRowOrder(text, sorts) ?? { column: 'state', direction: 'ascending' };
}

/** A row for each breaker, and for each instance that tells of none; of the same state, the one that is in it longest first. */
export function prepareBreakers({
  instances,
  strips,
}: Pick<ResilienceAnswer, 'instances' | 'strips'>): readonly BreakerRow[] {
  const cells = new Map(
    strips.map((strip) => [keyOf(strip.service, strip.instance, strip.source, strip.breaker), strip.cells]),
  );
  const rows = instances.flatMap((instance): BreakerRow[] =>
    instance.breakers.length === 0
      ? [rowOf(instance, null, '')]
      : instance.breakers.map((breaker) => {
          const process = instance.instance ?? instance.address;
          const key = keyOf(instance.service, process, breaker.source, breaker.name);
          return rowOf(instance, breaker, cells.get(key) ?? '');
        }),
  );
  return rows.sort(
    (a, b) => (a.sinceMs ?? 0) - (b.sinceMs ?? 0) || a.name.localeCompare(b.name, 'en', { numeric: true }),
  );
}

export function filterBreakers(rows: readonly BreakerRow[], filter: string): readonly BreakerRow[] {
  const wanted = filter.trim().toLowerCase();
  if (wanted === '') return rows;
  return rows.filter(({ name, service, breakerName, state, instance }) =>
    `${name} ${service} ${breakerName} ${state} ${instance.version ?? ''}`.toLowerCase().includes(wanted),
  );
}

export function orderBreakers(
  rows: readonly BreakerRow[],
  { column, direction }: RowOrder<BreakerSort>,
): readonly BreakerRow[] {
  return orderRows(rows, sortValues[column], direction);
}

/** Of its bound, by entries or bytes, whichever is nearer to it; null where there is no bound or no layer. */
export function fillRatio(
  memory: {
    entryCount: number;
    bytes: number | null;
    maxEntries: number | null;
    maxBytes: number | null;
  } | null,
): number | null {
  if (memory === null) return null;
  const { entryCount, bytes, maxEntries, maxBytes } = memory;
  const ratios = [
    ...(maxEntries === null || maxEntries <= 0 ? [] : [entryCount / maxEntries]),
    ...(maxBytes === null || maxBytes <= 0 || bytes === null ? [] : [bytes / maxBytes]),
  ];
  return ratios.length === 0 ? null : Math.max(...ratios);
}

function rowOf(instance: Instance, breaker: Breaker | null, cells: string): BreakerRow {
  const service = instance.service ?? '';
  const state = shownState(instance, breaker);
  const process = instance.instance ?? instance.address ?? '';
  return {
    // Not as JSON: the address would read it as a list.
    id: [service, process, breaker?.source, breaker?.name].filter(Boolean).join(' / '),
    ...{ instance, breaker, cells, service, state },
    name: process === '' ? service : process,
    breakerName: breaker === null || breaker.name === service ? '' : breaker.name,
    sinceMs: sinceOf(instance, breaker, state),
  };
}

function shownState({ silentSinceMs }: Instance, breaker: Breaker | null): ShownState {
  if (silentSinceMs !== null) return 'silent';
  return breaker?.state ?? 'unknown';
}

function sinceOf({ silentSinceMs }: Instance, breaker: Breaker | null, state: ShownState): number | null {
  if (state === 'silent') return silentSinceMs;
  return breaker?.awaySinceMs ?? breaker?.sinceMs ?? null;
}

function keyOf(...parts: readonly (string | null)[]): string {
  return JSON.stringify(parts);
}
