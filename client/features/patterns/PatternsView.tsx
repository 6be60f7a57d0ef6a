import { useNavigate } from '@tanstack/react-router';
import { useMemo } from 'react';
import { useRefusal } from '#client/lib/access/useRefusal.ts';
import { formatRowOrder, parseRowOrder } from '#client/lib/rowOrder.ts';
import { spanSearch, usePageSearch } from '#client/lib/urlState.ts';
import { useFilterShortcut } from '#client/lib/useFilterShortcut.ts';
import { useIsPhone } from '#client/lib/useIsPhone.ts';
import { useStatus } from '#client/lib/useStatus.ts';
import { Button } from '#client/ui/Button.tsx';
import { FilterField } from '#client/ui/FilterField.tsx';
import { Panel } from '#client/ui/Panel.tsx';
import { QueryStates } from '#client/ui/QueryStates.tsx';
import { DEFAULT_PROBE_SCHEDULE } from '#shared/probe/probeSchedule.ts';
import { ColumnMenu } from './columns/ColumnMenu.tsx';
import { parseColumns } from './columns/columnChoice.ts';
import { patternColumns, usualColumns } from './columns/patternColumns.ts';
import { FamilyTrial } from './families/FamilyTrial.tsx';
import { HeatPanel } from './heat/HeatPanel.tsx';
import { DEFAULT_ORDER, patternSorts } from './orderPatterns.ts';
import { PatternTable } from './PatternTable.tsx';
import { type PatternList, prepareWhyUnknown } from './preparePatterns.ts';
import { ProbeDialogs } from './probe/ProbeDialogs.tsx';
import { ProbePanel } from './probe/ProbePanel.tsx';
import { useProbe } from './probe/useProbe.ts';
import { usePatterns } from './usePatterns.ts';
import { WhyUnknownNote } from './WhyUnknownNote.tsx';

/** Every key pattern with what it costs and holds, most extra misses first. */
export function PatternsView() {
  const { search, setSearch } = usePageSearch();
  const navigate = useNavigate();
  const field = useFilterShortcut();
  const patterns = usePatterns();
  const isPhone = useIsPhone();
  const all = useMemo(() => patternColumns(isPhone), [isPhone]);
  const usual = usualColumns(isPhone, isProbedBeside(patterns.data));
  const columns = useMemo(
    () => parseColumns(search.cols, all) ?? all.filter(({ id }) => usual.includes(id)),
    [search.cols, all, usual],
  );
  const probe = useProbe();
  const refusal = useRefusal('operator');
  const isReadOnly = useStatus().data?.isReadOnly ?? false;
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-2.5">
      {probe.job !== null && (
        <ProbePanel job={probe.job} guarded={probe.guarded} notes={patterns.data?.probe?.notes ?? []} />
      )}
      <ProbeDialogs guarded={probe.guarded} />
      <HeatPanel />
      <Panel className="flex min-h-96 flex-1 flex-col max-md:h-[76dvh] max-md:flex-none">
        <div className="flex items-center gap-2 border-b border-line px-3 py-2">
          <FilterField
            ref={field}
            label="Filter patterns"
            placeholder="Filter: pattern or service"
            value={search.q ?? ''}
            onChange={(q) => setSearch({ q })}
          />
          <FamilyTrial />
          <ColumnMenu all={all} shown={columns} usual={usual} onChoose={(cols) => setSearch({ cols })} />
          {!isReadOnly && (
            <Button
              disabled={refusal !== null || probe.job?.endedAtMs === null}
              title={refusal ?? undefined}
              onClick={() => probe.guarded.planProbe(DEFAULT_PROBE_SCHEDULE)}
            >
              Measure from Redis
            </Button>
          )}
        </div>
        <QueryStates query={patterns} label="patterns" heightPx={480} readAtMs={readAtMs}>
          {(list) => {
            const why = prepareWhyUnknown(list);
            return (
              <>
                {why !== null && list.table.pattern.length > 0 && <WhyUnknownNote why={why} />}
                <PatternTable
                  list={list}
                  columns={columns}
                  filter={search.q ?? ''}
                  order={parseRowOrder(search.sort, patternSorts) ?? DEFAULT_ORDER}
                  onOrder={(order) => setSearch({ sort: formatRowOrder(order) })}
                  onOpen={(pattern) =>
                    void navigate({ to: '/pattern', search: { ...spanSearch(search), pattern } })
                  }
                />
              </>
            );
          }}
        </QueryStates>
      </Panel>
    </div>
  );
}

/** The range is read from history at each request; its end is the age of what is shown. */
function readAtMs(list: PatternList): number {
  return list.span.toMs;
}

/** The probe's column says something new only where a row has a rate from metrics as well. */
function isProbedBeside(list: PatternList | undefined): boolean {
  const { probe, traffic } = list?.table ?? {};
  return probe?.rows.some(({ row }) => (traffic?.coveredMs[row] ?? 0) > 0) ?? false;
}
