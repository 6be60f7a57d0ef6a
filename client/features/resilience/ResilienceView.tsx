import { useMemo } from 'react';
import { useElementSize } from '#client/charts/useElementSize.ts';
import { usePageSearch } from '#client/lib/urlState.ts';
import { EmptyState } from '#client/ui/EmptyState.tsx';
import { QueryStates } from '#client/ui/QueryStates.tsx';
import { BreakerDialog } from './breaker/BreakerDialog.tsx';
import { FleetNotes } from './FleetNotes.tsx';
import { FleetTiles } from './FleetTiles.tsx';
import { NoServices } from './NoServices.tsx';
import { prepareBreakers } from './prepareBreakers.ts';
import { prepareFleet } from './prepareFleet.ts';
import type { ResilienceAnswer } from './resilienceModel.ts';
import { StripsPanel } from './StripsPanel.tsx';
import { useResilience } from './useResilience.ts';

/** What the services around Redis are doing: each breaker over time, what they say together, and what a loss would mean. */
export function ResilienceView() {
  const query = useResilience();
  return (
    <QueryStates
      query={query}
      label="breakers"
      heightPx={500}
      empty={(data) => (data.instances.length === 0 ? <NoServices answer={data} /> : null)}
    >
      {(data) => <Fleet answer={data} />}
    </QueryStates>
  );
}

function Fleet({ answer }: { answer: ResilienceAnswer }) {
  const { search, setSearch } = usePageSearch();
  const [element, { widthPx }] = useElementSize();
  const rows = useMemo(() => prepareBreakers(answer), [answer]);
  const fleet = useMemo(() => prepareFleet(rows, answer), [rows, answer]);
  const opened = rows.find(({ id }) => id === search.breaker) ?? null;
  const close = () => setSearch({ breaker: undefined });
  return (
    <div ref={element} className="flex min-h-0 flex-1 flex-col gap-2.5">
      <FleetTiles fleet={fleet} loss={answer.loss} />
      <FleetNotes notes={fleet.notes} />
      {widthPx > 0 && <StripsPanel answer={answer} rows={rows} widthPx={widthPx} />}
      {opened !== null && <BreakerDialog row={opened} answer={answer} onClose={close} />}
      {opened === null && search.breaker !== undefined && (
        <div role="status">
          <EmptyState title="This breaker is not known any more">
            Its instance has left, or was silent for an hour. The others stand above.
          </EmptyState>
        </div>
      )}
    </div>
  );
}
