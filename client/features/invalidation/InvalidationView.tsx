import { useMemo } from 'react';
import { usePageSearch } from '#client/lib/urlState.ts';
import { QueryStates } from '#client/ui/QueryStates.tsx';
import { Select } from '#client/ui/Select.tsx';
import { DriftPanel } from './DriftPanel.tsx';
import { EventsPanel } from './EventsPanel.tsx';
import { FindingsPanel } from './FindingsPanel.tsx';
import { InvalidationCharts } from './InvalidationCharts.tsx';
import { InvalidationTiles } from './InvalidationTiles.tsx';
import { InstancesPanel } from './instances/InstancesPanel.tsx';
import type { InvalidationAnswer } from './invalidationModel.ts';
import { LettersPanel } from './letters/LettersPanel.tsx';
import { NoInvalidation } from './NoInvalidation.tsx';
import { prepareInvalidationCharts } from './prepareInvalidationCharts.ts';
import { useInvalidation } from './useInvalidation.ts';

/** What the services invalidate, whether the others hear of it, and what was lost on the way. */
export function InvalidationView() {
  const query = useInvalidation();
  return (
    <QueryStates
      query={query}
      label="invalidations"
      heightPx={500}
      empty={(data) => (data.services.length === 0 ? <NoInvalidation answer={data} /> : null)}
    >
      {(data) => <Invalidation answer={data} />}
    </QueryStates>
  );
}

function Invalidation({ answer }: { answer: InvalidationAnswer }) {
  const charts = useMemo(() => prepareInvalidationCharts(answer), [answer]);
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-2.5">
      {answer.services.length > 1 && <ServiceChoice services={answer.services} />}
      <InvalidationTiles answer={answer} />
      <FindingsPanel answer={answer} />
      <InvalidationCharts charts={charts} marks={answer.marks} />
      <InstancesPanel answer={answer} />
      <LettersPanel />
      <div className="grid gap-2.5 lg:grid-cols-[2fr_1fr]">
        <EventsPanel answer={answer} />
        <DriftPanel answer={answer} />
      </div>
    </div>
  );
}

const ALL = '';

function ServiceChoice({ services }: { services: readonly string[] }) {
  const { search, setSearch } = usePageSearch();
  const options = services.map((value) => ({ value, text: value === '' ? 'without a name' : value }));
  return (
    <div className="flex">
      <Select
        label="Service"
        prefix="Service"
        value={search.service ?? ALL}
        options={[{ value: ALL, text: 'all' }, ...options.filter(({ value }) => value !== '')]}
        onChange={(service) => setSearch({ service: service === ALL ? undefined : service })}
      />
    </div>
  );
}
