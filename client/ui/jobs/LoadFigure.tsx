import type { CurvePoint, LoadCurveModel } from './prepareLoadCurve.ts';

const WIDTH = 600;
const HEIGHT = 72;

/** A forecast of loads as an area, what was measured as a line on it, and what the source stands as a dashed line. */
export function LoadFigure({ model }: { model: LoadCurveModel }) {
  const { forecast, capacityY, measured, boundaries, isMeasured } = model;
  return (
    <figure className="flex flex-col gap-0.5">
      <svg
        role="img"
        aria-label={model.text}
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        className="h-18 w-full"
      >
        <path d={`M0 ${HEIGHT}${pathOf(forecast, 'L')}L${WIDTH} ${HEIGHT}z`} className="fill-blue/30" />
        {boundaries.map((x) => (
          <path
            key={x}
            d={`M${(x * WIDTH).toFixed(1)} 0V${HEIGHT}`}
            className="stroke-edge"
            vectorEffect="non-scaling-stroke"
          />
        ))}
        {capacityY !== null && (
          <path
            d={`M0 ${heightOf(capacityY)}H${WIDTH}`}
            className="stroke-verm"
            strokeDasharray="6 4"
            vectorEffect="non-scaling-stroke"
          />
        )}
        {measured.map((points) => (
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
          <Key className="bg-blue/30" /> forecast{' '}
          {isMeasured && (
            <>
              <Key className="bg-amber" /> measured, means of 5 s{' '}
            </>
          )}
          {boundaries.length > 0 && (
            <>
              <Key className="bg-edge" /> stages{' '}
            </>
          )}
          {capacityY !== null && (
            <>
              <Key className="bg-verm" /> what it stands{' '}
            </>
          )}
          · over {model.spanText} from the start
        </span>
      </figcaption>
    </figure>
  );
}

function Key({ className }: { className: string }) {
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
