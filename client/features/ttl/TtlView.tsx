import { ForecastPanel } from '#client/charts/ttl/ForecastPanel.tsx';
import { usePageSearch } from '#client/lib/urlState.ts';
import { useFilterShortcut } from '#client/lib/useFilterShortcut.ts';
import { FilterField } from '#client/ui/FilterField.tsx';
import { Panel } from '#client/ui/Panel.tsx';
import { QueryStates, UnknownState } from '#client/ui/QueryStates.tsx';
import { HistogramPanel } from './HistogramPanel.tsx';
import { PatternTitle } from './PatternTitle.tsx';
import { chosenTtl, type TtlData } from './prepareTtl.ts';
import { TtlTable } from './TtlTable.tsx';
import { useTtl } from './useTtl.ts';

/** Three rounds of the sampler without a new one: something keeps it from reading. */
const STALE_AFTER_MS = 3 * 60_000;

/** How long entries still live: of all keys, of each pattern, and what expires next. */
export function TtlView() {
  const { search } = usePageSearch();
  const ttl = useTtl(search.pattern);
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
  const pattern = search.pattern ?? null;
  const chosen = chosenTtl(data, pattern);
  return (
    <>
      <div className="grid shrink-0 gap-2.5 xl:grid-cols-2">
        <HistogramPanel
          sample={data.sample}
          chosen={chosen}
          pattern={pattern}
          before={chosen.isMissing || chosen.forecast === null ? null : data.before}
          onAll={() => setSearch({ pattern: undefined })}
        />
        {chosen.forecast === null ? (
          <Panel title="Expiry forecast">
            <div className="skeleton m-3 h-40" />
          </Panel>
        ) : (
          <ForecastPanel
            title={
              chosen.forecast.pattern === null ? (
                'Expiry forecast, all keys'
              ) : (
                <PatternTitle text="Expiry forecast of" pattern={chosen.forecast.pattern} />
              )
            }
            forecasts={chosen.forecast}
          />
        )}
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
