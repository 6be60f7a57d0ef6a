import { useJobLoad } from '#client/lib/jobs/useJobLoad.ts';
import type { PurgeJob, WarmJob } from '#shared/acting/job.ts';
import { LoadFigure } from './LoadFigure.tsx';
import { prepareLoadCurve } from './prepareLoadCurve.ts';

/** How long after its end a job's load is still read anew, ms. */
const AFTER_MS = 10 * 60_000;

/** The forecast of a job's load on the source, and what was measured, in one picture. Nothing where there is no forecast. */
export function LoadCurve({ job, nowMs }: { job: PurgeJob | WarmJob; nowMs: number }) {
  const isLive = job.endedAtMs === null || nowMs - job.endedAtMs < AFTER_MS;
  const load = useJobLoad(job.id, isLive);
  const model = load === null || load === undefined ? null : prepareLoadCurve(load, nowMs);
  return model === null ? null : <LoadFigure model={model} />;
}
