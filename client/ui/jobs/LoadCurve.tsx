import { useJobLoad } from '#client/lib/jobs/useJobLoad.ts';
import type { PurgeJob } from '#shared/acting/job.ts';
import { type CurvePoint, prepareLoadCurve } from './prepareLoadCurve.ts';

const WIDTH = 600;
const HEIGHT = 72;
/** How long after its end a job's load is still read anew, ms. */
const AFTER_MS = 10 * 60_000;

/** The forecast of a purge's load on the source, and what was measured, in one picture. Nothing where there is no forecast. */
export function LoadCurve({ job, nowMs }: { job: PurgeJob; nowMs: number }) {
  const isLive = job.endedAtMs === null || nowMs - job.endedAtMs < AFTER_MS;
  const load = useJobLoad(job.id, isLive);
  const model = load === null || load === undefined ? null : prepareLoadCurve(load);
  if (model === null) return null;
  return (
    <figure className="flex flex-col gap-0.5">
      <svg
        role="img"
        aria-label={model.text}
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        className="h-18 w-full"
      >
        <path d={`M0 ${HEIGHT}${pathOf(model.forecast, 'L')}L${WIDTH} ${HEIGHT}z`} className="fill-blue/30" />
        {model.capacityY !== null && (
          <path
            d={`M0 ${heightOf(model.capacityY)}H${WIDTH}`}
            className="stroke-verm"
            strokeDasharray="6 4"
            vectorEffect="non-scaling-stroke"
          />
        )}
        {model.measured.map((points) => (
          <path
            key={points[0]?.x}
            d={pathOf(points, 'M')}
            className="fill-none stroke-amber"
            strokeWidth={2}
            strokeLinecap="round"
            vectorEffect="non-scaling-stroke"
          />
        ))}
      </svg>
      <figcaption className="flex flex-wrap justify-between gap-x-4 text-xs text-dim">
        <span>{model.text}</span>
        <span>
          <Mark className="bg-blue/30" /> forecast <Mark className="bg-amber" /> measured, means of 5 s
          {model.capacityY !== null && (
            <>
              {' '}
              <Mark className="bg-verm" /> what it stands
            </>
          )}{' '}
          · over {model.spanText} from the start
        </span>
      </figcaption>
    </figure>
  );
}

function Mark({ className }: { className: string }) {
  return <i aria-hidden className={`ml-1 inline-block h-2 w-3 rounded-xs ${className}`} />;
}

function pathOf(points: readonly CurvePoint[], first: 'M' | 'L'): string {
  return points
    .map(({ x, y }, at) => `${at === 0 ? first : 'L'}${(x * WIDTH).toFixed(1)} ${heightOf(y)}`)
    .join('');
}

function heightOf(y: number): string {
  return (HEIGHT * (1 - y)).toFixed(1);
}
