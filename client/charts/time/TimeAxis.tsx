import { formatTick } from '#client/lib/formatTime.ts';
import { useElementSize } from '../useElementSize.ts';
import { AXIS_WIDTH_PX } from './plotBox.ts';
import { timeTicks } from './timeTicks.ts';

interface TimeAxisProps {
  fromMs: number;
  toMs: number;
}

/** The one axis under a stack of charts. */
export function TimeAxis({ fromMs, toMs }: TimeAxisProps) {
  const [element, { widthPx }] = useElementSize();
  const ticks = timeTicks({ fromMs, toMs }, Math.max(2, Math.floor(widthPx / 90)));
  return (
    <div aria-hidden="true" className="h-4" style={{ paddingRight: AXIS_WIDTH_PX }}>
      <div ref={element} className="relative h-full text-xs text-faint">
        {ticks.map((atMs) => (
          <span
            key={atMs}
            className="absolute -translate-x-1/2 whitespace-nowrap"
            style={{ left: `${(((atMs - fromMs) / (toMs - fromMs)) * 100).toFixed(3)}%` }}
          >
            {formatTick(atMs)}
          </span>
        ))}
      </div>
    </div>
  );
}
