import { useMemo } from 'react';
import { formatRowOrder } from '#client/lib/rowOrder.ts';
import { usePageSearch } from '#client/lib/urlState.ts';
import { useFilterShortcut } from '#client/lib/useFilterShortcut.ts';
import { useIsPhone } from '#client/lib/useIsPhone.ts';
import { useStatus } from '#client/lib/useStatus.ts';
import { EmptyState } from '#client/ui/EmptyState.tsx';
import { FilterField } from '#client/ui/FilterField.tsx';
import { Panel } from '#client/ui/Panel.tsx';
import { QueryStates } from '#client/ui/QueryStates.tsx';
import { SeveritySign } from '#client/ui/SeveritySign.tsx';
import { VirtualTable } from '#client/ui/table/VirtualTable.tsx';
import { NoSources } from './NoSources.tsx';
import { prepareSources, type SourceRow, type SourcesModel, sourceOrder } from './prepareSources.ts';
import { sourceColumns } from './sourceColumns.tsx';

/** Every place that metrics are read from: how it stands, what it gives, and what to do when it does not. */
export function SourcesView() {
  const status = useStatus();
  const { search } = usePageSearch();
  const filter = search.q ?? '';
  const order = sourceOrder(search.sort);
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-2.5">
      <QueryStates query={status} label="sources" heightPx={320}>
        {(data) => {
          const model = prepareSources(data, filter, order);
          return (
            <>
              <TroublePanel model={model} />
              <Panel
                title="Sources of metrics"
                note={model.summary === '' ? undefined : model.summary}
                className="flex min-h-80 flex-1 flex-col max-md:h-[76dvh] max-md:flex-none"
              >
                {data.metricsSources.length === 0 ? (
                  <NoSources finders={data.metricsFinders} />
                ) : (
                  <SourcesTable model={model} filter={filter} />
                )}
              </Panel>
            </>
          );
        }}
      </QueryStates>
    </div>
  );
}

function TroublePanel({ model: { troubles, hiddenTroubleCount } }: { model: SourcesModel }) {
  if (troubles.length === 0) return null;
  return (
    <Panel title="What is wrong with them" className="shrink-0">
      <ul className="divide-y divide-line border-t border-line">
        {troubles.map(({ id, severity, subject, text, advice }) => (
          <li key={id} className="flex items-start gap-2 px-3 py-1.5">
            <span className="pt-0.5">
              <SeveritySign severity={severity} size={14} />
            </span>
            <div className="min-w-0">
              <code className="font-medium break-all">{subject}</code>
              <p>
                {text} <span className="text-dim">{advice}</span>
              </p>
            </div>
          </li>
        ))}
      </ul>
      {hiddenTroubleCount > 0 && (
        <p className="border-t border-line px-3 py-1.5 text-sm text-dim">
          and {hiddenTroubleCount} more, first in the table below; hover over the state for the reason
        </p>
      )}
    </Panel>
  );
}

function SourcesTable({ model, filter }: { model: SourcesModel; filter: string }) {
  const { search, setSearch } = usePageSearch();
  const field = useFilterShortcut();
  const isPhone = useIsPhone();
  const columns = useMemo(() => sourceColumns(isPhone), [isPhone]);
  return (
    <>
      <div className="px-3 pt-1 pb-2">
        <FilterField
          ref={field}
          label="Filter sources"
          placeholder="Filter by address, service or library"
          value={filter}
          onChange={(q) => setSearch({ q: q === '' ? undefined : q })}
        />
      </div>
      <VirtualTable
        label="Sources of metrics"
        columns={columns}
        rows={model.rows}
        rowId={rowId}
        order={sourceOrder(search.sort)}
        onOrder={(order) => setSearch({ sort: formatRowOrder(order) })}
        filterKey={filter}
        empty={<EmptyState title={`No source matches “${filter}”`} />}
      />
    </>
  );
}

function rowId({ id }: SourceRow): string {
  return id;
}
