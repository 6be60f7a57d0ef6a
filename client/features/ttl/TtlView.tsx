import { usePageSearch } from '#client/lib/urlState.ts';
import { useFilterShortcut } from '#client/lib/useFilterShortcut.ts';
import { FilterField } from '#client/ui/FilterField.tsx';
import { Panel } from '#client/ui/Panel.tsx';
import { QueryStates, UnknownState } from '#client/ui/QueryStates.tsx';
import { ForecastPanel } from './ForecastPanel.tsx';
import { HistogramPanel } from './HistogramPanel.tsx';
import type { TtlData } from './prepareTtl.ts';
import { TtlTable } from './TtlTable.tsx';
import { useTtl } from './useTtl.ts';

/** Three rounds of the sampler without a new one: something keeps it from reading. */
const STALE_AFTER_MS = 3 * 60_000;

/** How long entries still live: of all keys, of each pattern, and what expires next. */
export function TtlView() {
  const ttl = useTtl();
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-2.5">
      <QueryStates
        query={ttl}
        label="TTLs"
        heightPx={600}
        readAtMs={sampledAtMs}
        staleAfterMs={STALE_AFTER_MS}
        empty={({ sample }) =>
          sample.state === 'unknown' ? (
            <Panel>
              <UnknownState reading={sample} />
            </Panel>
          ) : null
        }
      >
        {(data) => <TtlBody data={data} />}
      </QueryStates>
    </div>
  );
}

function sampledAtMs({ sample }: TtlData): number | null {
  return sample.state === 'known' ? sample.value.endedAtMs : null;
}

function TtlBody({ data }: { data: TtlData }) {
  const { search, setSearch } = usePageSearch();
  const field = useFilterShortcut();
  if (data.sample.state === 'unknown') return null;
  return (
    <>
      <div className="grid shrink-0 gap-2.5 xl:grid-cols-2">
        <HistogramPanel
          data={data}
          pattern={search.pattern ?? null}
          onAll={() => setSearch({ pattern: undefined })}
        />
        <ForecastPanel summary={data.sample.value} />
      </div>
      <Panel className="flex min-h-80 flex-1 flex-col max-md:h-[76dvh] max-md:flex-none">
        <div className="flex items-center gap-2 border-b border-line px-3 py-2">
          <FilterField
            ref={field}
            label="Filter patterns"
            placeholder="Filter: pattern"
            value={search.q ?? ''}
            onChange={(q) => setSearch({ q })}
          />
        </div>
        <TtlTable
          data={data}
          filter={search.q ?? ''}
          selected={search.pattern ?? null}
          onSelect={(pattern) => setSearch({ pattern }, 'push')}
        />
      </Panel>
    </>
  );
}
