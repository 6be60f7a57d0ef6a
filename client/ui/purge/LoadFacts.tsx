import { formatRate } from '#client/lib/formatNumber.ts';
import { formatDuration } from '#client/lib/formatTime.ts';
import type { LoadForecast } from '#shared/acting/loadForecast.ts';
import type { PurgeMethod } from '#shared/acting/purgeInput.ts';
import { describeLoad, loadBars } from './preparePurge.ts';

const BAR_WIDTH = 4;
const HEIGHT = 36;

/** What the purge will ask of the source behind the cache: in words, and as bars over time. */
export function LoadFacts({ load, method }: { load: LoadForecast; method: PurgeMethod }) {
  const [first = '', ...others] = describeLoad(load, method);
  const bars = loadBars(load);
  const spanText = formatDuration(load.extraPerSecond.length * load.stepMs);
  return (
    <section aria-label="Load on the source" className="flex flex-col gap-1">
      <p className={load.peakExtra === null ? 'text-amber' : 'font-medium'}>{first}</p>
      {others.length > 0 && <p className="text-sm text-dim">{others.join(' ')}</p>}
      {bars.length > 0 && (
        <figure className="flex flex-col gap-0.5">
          <svg
            role="img"
            aria-label={`Extra loads a second over ${spanText} from the start, ${formatRate(Math.max(...load.extraPerSecond))} in the highest step`}
            viewBox={`0 0 ${bars.length * BAR_WIDTH} ${HEIGHT}`}
            preserveAspectRatio="none"
            className="h-9 w-full fill-blue"
          >
            <path d={barPath(bars)} />
          </svg>
          <figcaption className="flex justify-between text-xs text-dim">
            <span>start</span>
            <span>
              forecast, means of {formatDuration(load.stepMs)}; highest{' '}
              {formatRate(Math.max(...load.extraPerSecond))}
            </span>
            <span>{spanText}</span>
          </figcaption>
        </figure>
      )}
    </section>
  );
}

/** One path for all bars. */
function barPath(bars: readonly number[]): string {
  return bars
    .map((height, at) => {
      const x = at * BAR_WIDTH;
      return `M${x} ${HEIGHT}V${HEIGHT * (1 - height)}h${BAR_WIDTH - 1}V${HEIGHT}z`;
    })
    .join('');
}
