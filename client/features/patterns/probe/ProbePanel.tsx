import { clsx } from 'clsx';
import { useRefusal } from '#client/lib/access/useRefusal.ts';
import type { GuardedProbe } from '#client/lib/jobs/useGuardedJob.ts';
import { Button } from '#client/ui/Button.tsx';
import { Panel } from '#client/ui/Panel.tsx';
import { Age } from '#client/ui/values/Age.tsx';
import type { ProbeJob } from '#shared/acting/job.ts';
import { prepareProbeJob } from './prepareProbe.ts';

interface ProbePanelProps {
  job: ProbeJob;
  guarded: GuardedProbe;
  /** What a reader of the last result should know. */
  notes: readonly string[];
}

/** A probe while it runs, with what it costs and the way to stop it; afterwards, how it ended. */
export function ProbePanel({ job, guarded, notes }: ProbePanelProps) {
  const model = prepareProbeJob(job);
  const refusal = useRefusal('operator');
  const failure = guarded.actFailure?.jobId === job.id ? guarded.actFailure.failure : null;
  return (
    <Panel>
      <article aria-label="Live probe" className="flex flex-col gap-1.5 px-3 py-2">
        <header className="flex flex-wrap items-center gap-x-2">
          <h3>{job.title}</h3>
          <span role="status" className={clsx('text-sm', model.isRunning ? 'text-amber' : 'text-dim')}>
            {model.stateText}
          </span>
          {job.endedAtMs !== null && (
            <span className="text-sm text-dim">
              <Age atMs={job.endedAtMs} suffix=" ago" />
            </span>
          )}
          {model.isRunning && (
            <Button
              className="ml-auto"
              disabled={refusal !== null}
              title={refusal ?? undefined}
              onClick={() => guarded.jobActs.cancel(job.id)}
            >
              Stop
            </Button>
          )}
        </header>
        {model.isRunning && (
          <progress aria-label="Progress" className="h-1.5 w-full" value={model.ratio} max={1} />
        )}
        <dl className="flex flex-wrap gap-x-4 text-sm">
          {model.figures.map(({ label, value }) => (
            <div key={label} className="flex gap-1 text-dim">
              <dt>{label}</dt>
              <dd className="text-text">{value}</dd>
            </div>
          ))}
        </dl>
        {job.outcome !== '' && <p className="break-words">{job.outcome}</p>}
        {!model.isRunning && notes.map((note) => <p key={note}>{note}</p>)}
        {failure !== null && (
          <p role="alert" className="text-verm">
            <b>{failure.title}.</b> {failure.detail}
          </p>
        )}
      </article>
    </Panel>
  );
}
