import { useMemo } from 'react';
import type { RowOrder } from '#client/lib/rowOrder.ts';
import { useNow } from '#client/lib/useNow.ts';
import { EmptyState } from '#client/ui/EmptyState.tsx';
import { VirtualTable } from '#client/ui/table/VirtualTable.tsx';
import type { PatternColumn } from './columns/patternColumn.ts';
import { ExportButtons } from './export/ExportButtons.tsx';
import type { ExportFacts } from './export/patternExport.ts';
import { filterPatterns, orderPatterns, type PatternSort } from './orderPatterns.ts';
import type { PatternModel } from './patternModel.ts';
import { type PatternList, prepareFooter, preparePatterns } from './preparePatterns.ts';

interface PatternTableProps {
  list: PatternList;
  columns: readonly PatternColumn[];
  filter: string;
  order: RowOrder<PatternSort>;
  onOrder: (order: RowOrder) => void;
  onOpen: (pattern: string) => void;
}

export function PatternTable({ list, columns, filter, order, onOrder, onOpen }: PatternTableProps) {
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
      <Footer list={list} filter={filter} rows={rows} />
    </>
  );
}

function patternOf(row: PatternModel): string {
  return row.pattern;
}

function Footer(facts: ExportFacts) {
  const nowMs = useNow();
  return (
    <footer className="flex flex-wrap items-center gap-x-2 border-t border-line px-3 py-0.5 text-sm text-dim">
      <p>{prepareFooter(facts.list, facts.rows.length, nowMs).join(' · ')}</p>
      <ExportButtons {...facts} />
    </footer>
  );
}

function NoPatterns({ list, filter }: { list: PatternList; filter: string }) {
  if (filter.trim() !== '' && list.table.pattern.length > 0) {
    return (
      <EmptyState title={`No pattern holds “${filter}”`}>
        The filter looks at patterns and services. Clear it to see all {list.table.pattern.length}.
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
