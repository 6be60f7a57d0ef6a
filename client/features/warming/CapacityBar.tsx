import { formatRate } from '#client/lib/formatNumber.ts';
import type { CapacityScale } from './prepareRate.ts';
import type { WarmingSource } from './warmingModel.ts';

interface CapacityBarProps {
  scale: CapacityScale;
  source: WarmingSource;
}

/** What the source loads now, what this rate adds, and the lines of what is safe and what it stands. The words below say the same. */
export function CapacityBar({ scale, source }: CapacityBarProps) {
  const { currentRatio, totalRatio, safeRatio, isSafe } = scale;
  const from = currentRatio ?? 0;
  return (
    <div aria-hidden="true" className="flex flex-col gap-0.5">
      <div className="relative h-4 rounded-sm bg-soft">
        <div className="absolute inset-y-0 left-0 rounded-l-sm bg-past" style={{ width: percent(from) }} />
        <div
          className={`absolute inset-y-0 ${isSafe ? 'bg-blue' : 'bg-verm'}`}
          style={{ left: percent(from), width: percent(Math.max(0, totalRatio - from)) }}
        />
        <div className="absolute -inset-y-1 border-l-2 border-amber" style={{ left: percent(safeRatio) }} />
      </div>
      <div className="flex flex-wrap justify-between gap-x-3 text-xs text-dim">
        <span>
          <i className="mr-1 inline-block h-2 w-3 rounded-xs bg-past" />
          {source.currentPerSecond === null ? 'now: not known' : `now ${formatRate(source.currentPerSecond)}`}
          <i className={`mr-1 ml-3 inline-block h-2 w-3 rounded-xs ${isSafe ? 'bg-blue' : 'bg-verm'}`} />
          this warm-up
          <i className="mr-1 ml-3 inline-block h-2 w-0.5 bg-amber" />
          safe{source.safePerSecond !== null && ` ${formatRate(source.safePerSecond)}`}
        </span>
        {source.capacityPerSecond !== null && <span>stands {formatRate(source.capacityPerSecond)}</span>}
      </div>
    </div>
  );
}

function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(2)}%`;
}
