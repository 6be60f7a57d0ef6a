import { useMemo, useRef } from 'react';
import { useGuardedWarm } from '#client/lib/jobs/useGuardedJob.ts';
import { useJobs } from '#client/lib/jobs/useJobs.ts';
import { usePageSearch } from '#client/lib/urlState.ts';
import { ApprovalsPanel } from '#client/ui/approvals/ApprovalsPanel.tsx';
import { EmptyState } from '#client/ui/EmptyState.tsx';
import { currentJobs } from '#client/ui/jobs/currentJobs.ts';
import { JobList } from '#client/ui/jobs/JobList.tsx';
import { Panel } from '#client/ui/Panel.tsx';
import { QueryStates } from '#client/ui/QueryStates.tsx';
import { Instant } from '#client/ui/values/Instant.tsx';
import type { WarmJob } from '#shared/acting/job.ts';
import { bringIntoView } from './bringIntoView.ts';
import { NoWarmers } from './NoWarmers.tsx';
import { PlanBuilder } from './PlanBuilder.tsx';
import { ProposalNotes } from './ProposalNotes.tsx';
import { prepareWarmers, servicesWithout } from './prepareWarmers.ts';
import { RunsPanel } from './RunsPanel.tsx';
import { useWarming } from './useWarming.ts';
import { useWarmRefusal } from './useWarmRefusal.ts';
import { WarmDialogs } from './WarmDialogs.tsx';
import { WarmersTable } from './WarmersTable.tsx';
import type { WarmingAnswer } from './warmingModel.ts';

/** Fills caches before they are asked: the warmers of services, the plan of a run, what runs, and what past runs did. */
export function WarmingView() {
  const query = useWarming();
  const guarded = useGuardedWarm();
  const all = useJobs().data;
  const jobs = useMemo(() => (all ?? []).filter((job) => job.kind === 'warm'), [all]);
  const shown = currentJobs(jobs);
  return (
    <div className="flex min-h-0 flex-1 flex-col gap-2.5 md:pb-3">
      <ApprovalsPanel />
      {shown.length > 0 && (
        <Panel title="Jobs" note="run in the server, and go on when this page is closed" className="shrink-0">
          <JobList jobs={shown} acts={guarded.jobActs} failure={guarded.actFailure} />
        </Panel>
      )}
      <QueryStates query={query} label="warmers" heightPx={300}>
        {(answer) => <Warmers answer={answer} jobs={jobs} onPlan={guarded.planWarm} />}
      </QueryStates>
      <RunsPanel />
      <WarmDialogs guarded={guarded} />
    </div>
  );
}

interface WarmersProps {
  answer: WarmingAnswer;
  jobs: readonly WarmJob[];
  onPlan: Parameters<typeof PlanBuilder>[0]['onPlan'];
}

function Warmers({ answer, jobs, onPlan }: WarmersProps) {
  const { search, setSearch } = usePageSearch();
  const refusal = useWarmRefusal(answer.connection.state);
  const { services, source, proposals } = answer;
  const rows = useMemo(() => prepareWarmers(services, jobs), [services, jobs]);
  const chosen = rows.find(({ id }) => id === search.warmer) ?? null;
  const field = useRef<HTMLInputElement>(null);
  const choose = (id: string) => {
    setSearch({ warmer: id, rate: undefined }, 'push');
    // One that is open stays as it is.
    bringIntoView(field.current);
  };
  const close = () => setSearch({ warmer: undefined, rate: undefined });
  return (
    <>
      <ProposalNotes proposals={proposals} />
      <Panel
        title="Warmers"
        note="as the instances of services announce them"
        className="shrink-0 overflow-hidden"
      >
        <ConnectionNote answer={answer} />
        {rows.length === 0 ? (
          <NoWarmers announcements={answer.announcements} />
        ) : (
          <WarmersTable rows={rows} chosenId={chosen?.id ?? null} onChoose={({ id }) => choose(id)} />
        )}
        <Without services={services} />
      </Panel>
      {chosen !== null && (
        <PlanBuilder
          key={`${chosen.id} ${search.rate ?? ''}`}
          row={chosen}
          source={source}
          givenRate={search.rate ?? null}
          refusal={refusal}
          field={field}
          onPlan={onPlan}
          onClose={close}
        />
      )}
      {chosen === null && search.warmer !== undefined && (
        <div aria-live="polite">
          <EmptyState title="This warmer is not known (any more)">
            No instance announces it. Those that are known stand above.
          </EmptyState>
        </div>
      )}
    </>
  );
}

/** Without Redis nobody hears a command, and what stands here is old. */
function ConnectionNote({ answer: { connection, announcements } }: { answer: WarmingAnswer }) {
  if (connection.state === 'unreachable') {
    return (
      <p role="status" className="px-3 pb-1.5 text-amber">
        Redis does not answer since <Instant atMs={connection.sinceMs} />: nothing can be warmed, and this is
        as of then.
      </p>
    );
  }
  if (announcements.state !== 'failing') return null;
  return (
    <p role="status" className="px-3 pb-1.5 break-words text-amber">
      Announcements in Redis cannot be read: {announcements.detail}
    </p>
  );
}

function Without({ services }: Pick<WarmingAnswer, 'services'>) {
  const others = servicesWithout(services);
  if (others.length === 0) return null;
  return (
    <ul aria-label="Services without a warmer" className="border-t border-line px-3 py-1.5 text-sm text-dim">
      {others.map(({ id, service, why }) => (
        <li key={id} className="break-words">
          <code className="break-all">{service}</code>: {why}
        </li>
      ))}
    </ul>
  );
}
