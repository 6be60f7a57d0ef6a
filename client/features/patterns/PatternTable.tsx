import { useMemo } from 'react';
import type { RowOrder } from '#client/lib/rowOrder.ts';
import { useIsPhone } from '#client/lib/useIsPhone.ts';
import { useNow } from '#client/lib/useNow.ts';
import { EmptyState } from '#client/ui/EmptyState.tsx';
import { VirtualTable } from '#client/ui/table/VirtualTable.tsx';
import { filterPatterns, orderPatterns, type PatternSort } from './orderPatterns.ts';
import { patternColumns } from './patternColumns.tsx';
import { type PatternList, type PatternModel, prepareFooter, preparePatterns } from './preparePatterns.ts';

interface PatternTableProps {
  list: PatternList;
  filter: string;
  order: RowOrder<PatternSort>;
  onOrder: (order: RowOrder) => void;
  onOpen: (pattern: string) => void;
}

export function PatternTable({ list, filter, order, onOrder, onOpen }: PatternTableProps) {
  const isPhone = useIsPhone();
  const columns = useMemo(() => patternColumns(isPhone), [isPhone]);
  const models = useMemo(() => preparePatterns(list), [list]);
  const { column, direction } = order;
  const rows = useMemo(
    () => orderPatterns(filterPatterns(models, filter), { column, direction }),
    [models, filter, column, direction],
  );
  return (
    <>
      <VirtualTable
        label="Patterns"
        columns={columns}
        rows={rows}
        rowId={patternOf}
        order={order}
        onOrder={onOrder}
        onOpen={(row) => onOpen(row.pattern)}
        filterKey={filter}
        empty={<NoPatterns list={list} filter={filter} />}
      />
      <Footer list={list} shownCount={rows.length} />
    </>
  );
}

function patternOf(row: PatternModel): string {
  return row.pattern;
}

function Footer({ list, shownCount }: { list: PatternList; shownCount: number }) {
  const nowMs = useNow();
  return (
    <p className="border-t border-line px-3 py-1.5 text-sm text-dim">
      {prepareFooter(list, shownCount, nowMs).join(' · ')}
    </p>
  );
}

function NoPatterns({ list, filter }: { list: PatternList; filter: string }) {
  if (filter.trim() !== '' && list.rows.length > 0) {
    return (
      <EmptyState title={`No pattern holds “${filter}”`}>
        The filter looks at patterns and services. Clear it to see all {list.rows.length}.
      </EmptyState>
    );
  }
  if (list.sample.state === 'unknown') {
    return (
      <EmptyState isUnknown title="No patterns are known yet">
        {list.sample.detail}
      </EmptyState>
    );
  }
  return (
    <EmptyState title="Redis holds no keys">
      Patterns appear when a service stores its first entry, or exports its first look-up.
    </EmptyState>
  );
}
