import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Compare, RelativeRange, TimeRange } from '#shared/timeRange.ts';

/** What every page keeps in its address. A default is left out. */
export interface PageSearch {
  readonly range?: RelativeRange | undefined;
  /** Fixed bounds, epoch ms, as a copied link carries them; both or none. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly compare?: Compare | undefined;
  /** Text that filters the rows of the page. */
  readonly q?: string | undefined;
  /** Column that orders the rows; a leading `-` means descending. */
  readonly sort?: string | undefined;
  /** Columns of the page's table, with commas between; absent = its own choice. */
  readonly cols?: string | undefined;
  /** The pattern that the page is about, or narrowed to. */
  readonly pattern?: string | undefined;
  /** The tag that the page is about: its layout, and the key of its index. */
  readonly layout?: string | undefined;
  readonly tagKey?: string | undefined;
  /** The kind of finding that tags are narrowed to; `any` = those with one. */
  readonly health?: string | undefined;
  /** The key that the page is about, by the id that the server gave it: its name may be personal data. */
  readonly key?: string | undefined;
  /** The breaker whose details are open. */
  readonly breaker?: string | undefined;
  /** The warmer that a warm-up is built of: start of the key names of its service, a space, its name. */
  readonly warmer?: string | undefined;
  /** Loads a second that the warm-up begins with. */
  readonly rate?: number | undefined;
  /** The service that the page is narrowed to; absent = all. */
  readonly service?: string | undefined;
  /** The dead letter that is open, by its id. */
  readonly letter?: string | undefined;
  /** Audit entries older than this sequence. */
  readonly before?: number | undefined;
  /** The audit entry that is open, by its sequence. */
  readonly entry?: number | undefined;
  /** What audit entries are narrowed to; bounds in epoch ms. */
  readonly actor?: string | undefined;
  readonly action?: string | undefined;
  readonly phase?: string | undefined;
  readonly plan?: string | undefined;
  readonly since?: number | undefined;
  readonly until?: number | undefined;
  /** The plan that is open because it waits for a second approver; on every page, so that a link to it can be sent. */
  readonly approval?: string | undefined;
}

const DEFAULT_RANGE: RelativeRange = '1h';
const DEFAULT_COMPARE: Compare = 'before';

export const rangeNames: Record<RelativeRange, string> = {
  '15m': 'Last 15 min',
  '1h': 'Last 1 h',
  '6h': 'Last 6 h',
  '24h': 'Last 24 h',
  '7d': 'Last 7 days',
  '30d': 'Last 30 days',
};

export const compareNames: Record<Compare, string> = {
  none: 'nothing',
  before: 'the span before',
  yesterday: 'same time yesterday',
  lastWeek: 'same time last week',
};

function isRange(value: unknown): value is RelativeRange {
  return typeof value === 'string' && Object.hasOwn(rangeNames, value);
}

function isCompare(value: unknown): value is Compare {
  return typeof value === 'string' && Object.hasOwn(compareNames, value);
}

function instant(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value > 0 ? value : undefined;
}

function amount(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : undefined;
}

function text(value: unknown, maxLength = 256): string | undefined {
  // A filter such as `42` or `true` arrives parsed.
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value !== '' ? value.slice(0, maxLength) : undefined;
}

/** The address as typed state; what is not understood is dropped, because a link must never break the page. */
export function parsePageSearch(raw: Record<string, unknown>): PageSearch {
  const from = instant(raw.from);
  const to = instant(raw.to);
  const isFixed = from !== undefined && to !== undefined && to > from;
  return withoutAbsent({
    range: !isFixed && isRange(raw.range) && raw.range !== DEFAULT_RANGE ? raw.range : undefined,
    from: isFixed ? from : undefined,
    to: isFixed ? to : undefined,
    compare: isCompare(raw.compare) && raw.compare !== DEFAULT_COMPARE ? raw.compare : undefined,
    q: text(raw.q),
    sort: text(raw.sort),
    cols: text(raw.cols, 512),
    pattern: text(raw.pattern, 2_048),
    layout: text(raw.layout, 40),
    tagKey: text(raw.tagKey, 2_048),
    health: text(raw.health, 40),
    key: text(raw.key, 64),
    breaker: text(raw.breaker, 1_024),
    warmer: text(raw.warmer, 512),
    rate: amount(raw.rate),
    service: text(raw.service),
    letter: text(raw.letter, 1_024),
    before: instant(raw.before),
    entry: instant(raw.entry),
    actor: text(raw.actor),
    action: text(raw.action),
    phase: text(raw.phase),
    plan: text(raw.plan),
    since: instant(raw.since),
    until: instant(raw.until),
    approval: text(raw.approval, 64),
  });
}

function withoutAbsent(search: PageSearch): PageSearch {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined));
}

export function timeRangeOf(search: PageSearch): TimeRange {
  if (search.from !== undefined && search.to !== undefined) return { fromMs: search.from, toMs: search.to };
  return { last: search.range ?? DEFAULT_RANGE };
}

/** What goes along from page to page: the span and what it is compared with. */
export function spanSearch({ range, from, to, compare }: PageSearch): PageSearch {
  return withoutAbsent({ range, from, to, compare });
}

export function compareOf(search: PageSearch): Compare {
  return search.compare ?? DEFAULT_COMPARE;
}

/**
 * The page's part of the address, typed, and a setter. `push` is for steps that the back button should undo. What is set is within the
 * page, so nothing scrolls by it.
 */
export function usePageSearch() {
  const raw: Record<string, unknown> = useSearch({ strict: false });
  const navigate = useNavigate();
  return useMemo(() => {
    const search = parsePageSearch(raw);
    return {
      search,
      range: timeRangeOf(search),
      compare: compareOf(search),
      setSearch: (change: PageSearch, mode: 'push' | 'replace' = 'replace') => {
        void navigate({
          to: '.',
          search: parsePageSearch({ ...search, ...change }),
          replace: mode === 'replace',
          resetScroll: false,
        });
      },
    };
  }, [raw, navigate]);
}
