import { useMemo } from 'react';
import { StripAxis } from '#client/charts/strip/StripAxis.tsx';
import { formatDuration } from '#client/lib/formatTime.ts';
import { formatRowOrder } from '#client/lib/rowOrder.ts';
import { usePageSearch } from '#client/lib/urlState.ts';
import { useFilterShortcut } from '#client/lib/useFilterShortcut.ts';
import { useIsPhone } from '#client/lib/useIsPhone.ts';
import { EmptyState } from '#client/ui/EmptyState.tsx';
import { FilterField } from '#client/ui/FilterField.tsx';
import { Panel } from '#client/ui/Panel.tsx';
import { columnsWidthPx } from '#client/ui/table/tableColumn.ts';
import { VirtualTable } from '#client/ui/table/VirtualTable.tsx';
import { breakerColumns } from './breakerColumns.tsx';
import { breakerOrder, filterBreakers, orderBreakers } from './prepareBreakers.ts';
import type { BreakerRow, ResilienceAnswer } from './resilienceModel.ts';

interface StripsPanelProps {
  answer: ResilienceAnswer;
  rows: readonly BreakerRow[];
  /** Of the page. */
  widthPx: number;
}

/** On a phone the strip has to end on the page: what is newest stands at its right end. */
const LEAST_STRIP_PX = 100;
/** Borders, and the bar that scrolls. */
const AROUND_PX = 18;
const CELL_PADDING_PX = 24;
const NAME_CHARACTER_PX = 8;
/** Of the page, for names that need it. */
const NAME_SHARE = 0.22;

/** One strip for each breaker of each instance, worst first. */
export function StripsPanel({ answer, rows, widthPx }: StripsPanelProps) {
  const { search, setSearch } = usePageSearch();
  const field = useFilterShortcut();
  const isPhone = useIsPhone();
  const filter = search.q ?? '';
  const order = breakerOrder(search.sort);
  const { column, direction } = order;
  const shown = useMemo(
    () => orderBreakers(filterBreakers(rows, filter), { column, direction }),
    [rows, filter, column, direction],
  );
  const namePx = useMemo(() => nameWidthPx(rows, widthPx, isPhone), [rows, widthPx, isPhone]);
  const stripPx = useMemo(() => {
    const others = columnsWidthPx(breakerColumns({ namePx, stripPx: 0 }, isPhone));
    return Math.max(LEAST_STRIP_PX, widthPx - others - AROUND_PX);
  }, [namePx, widthPx, isPhone]);
  const columns = useMemo(() => breakerColumns({ namePx, stripPx }, isPhone), [namePx, stripPx, isPhone]);
  const beforePx = columnsWidthPx(columns.slice(0, 2));
  return (
    <Panel
      title="Breakers"
      note={`worst state of each ${formatDuration(answer.grid.stepMs)}${goneText(answer.goneCount)}`}
      className="flex min-h-96 flex-1 flex-col max-md:h-[76dvh] max-md:flex-none"
    >
      <div className="px-3 pt-1 pb-2">
        <FilterField
          ref={field}
          label="Filter breakers"
          placeholder="Filter by instance, service, state or version"
          value={filter}
          onChange={(q) => setSearch({ q: q === '' ? undefined : q })}
        />
      </div>
      <div className="overflow-hidden max-md:hidden" style={{ paddingLeft: beforePx + 12 }}>
        <StripAxis span={answer.span} widthPx={stripPx} marks={answer.marks} />
      </div>
      <VirtualTable
        label="Breakers"
        columns={columns}
        rows={shown}
        rowId={rowId}
        order={order}
        onOrder={(next) => setSearch({ sort: formatRowOrder(next) })}
        onOpen={({ id }) => setSearch({ breaker: id }, 'push')}
        filterKey={filter}
        empty={<EmptyState title={`No breaker matches “${filter}”`} />}
      />
    </Panel>
  );
}

/** What the longest name needs, as far as that leaves the strips their room: on a phone what they need, else most of it. */
function nameWidthPx(rows: readonly BreakerRow[], widthPx: number, isPhone: boolean): number {
  const least = isPhone ? 100 : 190;
  const needed = CELL_PADDING_PX + NAME_CHARACTER_PX * Math.max(0, ...rows.map(({ name }) => name.length));
  const besides = columnsWidthPx(breakerColumns({ namePx: 0, stripPx: LEAST_STRIP_PX }, isPhone).slice(0, 3));
  const most = isPhone ? widthPx - besides - AROUND_PX : NAME_SHARE * widthPx;
  return Math.max(least, Math.min(needed, Math.floor(most)));
}

function rowId({ id }: BreakerRow): string {
  return id;
}

function goneText(goneCount: number): string {
  return goneCount === 0 ? '' : ` · ${goneCount} of processes that are gone are left out`;
}
