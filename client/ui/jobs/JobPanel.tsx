import { clsx } from 'clsx';
import { useRefusal } from '#client/lib/access/useRefusal.ts';
import type { Failure } from '#client/lib/errorText.ts';
import { useNow } from '#client/lib/useNow.ts';
import { Button } from '../Button.tsx';
import { SeveritySign } from '../SeveritySign.tsx';
import { Age } from '../values/Age.tsx';
import { LoadCurve } from './LoadCurve.tsx';
import { type CacheJob, type JobModel, prepareJob } from './prepareJob.ts';

/** What can be done with a job. */
export interface JobActs {
  cancel: (jobId: string) => void;
  pause: (jobId: string) => void;
  resume: (jobId: string) => void;
  /** Asks for the plan of an undo; absent = none is offered here. */
  undo?: ((jobId: string) => void) | undefined;
}

interface JobPanelProps {
  job: CacheJob;
  acts: JobActs;
  /** Why the last act did not reach the job. */
  failure: Failure | null;
}

/** One job as the server tells it: progress while it runs, the outcome after. */
export function JobPanel({ job, acts, failure }: JobPanelProps) {
  const nowMs = useNow();
  const model = prepareJob(job, nowMs);
  const refusal = useRefusal('operator');
  return (
    <article aria-label={model.title} className="flex flex-col gap-1.5 px-3 py-2">
      <header className="flex flex-wrap items-center gap-x-2">
        {model.tone !== 'calm' && (
          <SeveritySign severity={model.tone === 'bad' ? 'critical' : 'warning'} size={14} />
        )}
        <h3 className="min-w-0 break-words">{model.title}</h3>
        <span role="status" className={clsx('text-sm', toneColours[model.tone])}>
          {model.stateText}
        </span>
        <span className="text-sm text-dim">
          {model.by} · {job.endedAtMs === null ? model.pace : <EndedNote job={job} pace={model.pace} />}
        </span>
      </header>
      {model.isRunning && model.ratio !== null && <ProgressBar ratio={model.ratio} />}
      <Figures model={model} />
      {(job.kind === 'purge' || job.kind === 'warm') && <LoadCurve job={job} nowMs={nowMs} />}
      {model.pauseText !== '' && <p className="text-amber">{model.pauseText}</p>}
      {model.outcome !== '' && <p>{model.outcome}</p>}
      {model.cancelText !== null && (
        <div className="flex flex-wrap items-center gap-2">
          {model.hold !== null && (
            <HoldButton hold={model.hold} isRefused={refusal !== null} {...{ acts, job }} />
          )}
          <Button disabled={refusal !== null} onClick={() => acts.cancel(job.id)}>
            Cancel the job
          </Button>
          <span className="min-w-0 flex-1 basis-60 text-sm text-dim">{refusal ?? model.cancelText}</span>
        </div>
      )}
      {model.undoText !== null && acts.undo !== undefined && (
        <div className="flex flex-wrap items-center gap-2">
          <Button
            disabled={refusal !== null}
            {...(refusal === null ? {} : { title: refusal })}
            onClick={() => acts.undo?.(job.id)}
          >
            Undo …
          </Button>
          <span className="min-w-0 flex-1 basis-60 text-sm text-dim">{model.undoText}</span>
        </div>
      )}
      {failure !== null && model.isRunning && (
        <p role="alert" className="text-verm">
          <b>{failure.title}.</b> {failure.detail}
        </p>
      )}
    </article>
  );
}

interface HoldButtonProps {
  hold: 'pause' | 'resume';
  isRefused: boolean;
  acts: JobActs;
  job: CacheJob;
}

function HoldButton({ hold, isRefused, acts, job }: HoldButtonProps) {
  return (
    <Button disabled={isRefused} onClick={() => acts[hold](job.id)}>
      {hold === 'pause' ? 'Pause' : 'Go on'}
    </Button>
  );
}

const toneColours = { calm: 'text-dim', warning: 'text-amber', bad: 'text-verm' };

function EndedNote({ job, pace }: { job: CacheJob; pace: string }) {
  return (
    <>
      {pace}, ended {job.endedAtMs !== null && <Age atMs={job.endedAtMs} suffix=" ago" />}
    </>
  );
}

function ProgressBar({ ratio }: { ratio: number }) {
  const percent = Math.floor(ratio * 100);
  return (
    <div
      role="progressbar"
      aria-label="Progress"
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={percent}
      tabIndex={-1}
      className="h-1.5 overflow-hidden rounded-full bg-soft"
    >
      <div className="h-full bg-blue transition-[width]" style={{ width: `${percent}%` }} />
    </div>
  );
}

function Figures({ model }: { model: JobModel }) {
  return (
    <dl className="flex flex-wrap gap-x-4 text-sm">
      {model.figures.map(({ label, value, isBad }) => (
        <div key={label} className={clsx('flex gap-1', isBad ? 'text-verm' : 'text-dim')}>
          <dt>{label}</dt>
          <dd className={isBad ? 'font-medium' : 'text-text'}>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
