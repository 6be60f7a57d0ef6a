import { formatCount, formatPercentNumber, formatProportionInterval } from '#client/lib/formatNumber.ts';
import { formatAge } from '#client/lib/formatTime.ts';
import { useNow } from '#client/lib/useNow.ts';
import type { PatternProbe } from '#shared/probe/probeResult.ts';
import type { Known } from '#shared/reading.ts';

/** Hit rate as the last probe measured it, in %; how sure, from where and how old on hover. */
export function ProbeHit({ probe }: { probe: Known<PatternProbe> }) {
  const { hit, hits, misses } = probe.value;
  const age = formatAge(useNow() - probe.atMs);
  const title = `${formatProportionInterval(hit)}, of ${formatCount(hits + misses)} look-ups · ${probe.from}, ${age} ago`;
  return (
    <span title={title}>
      <span aria-hidden className="mr-1 text-xs text-dim">
        ◉
      </span>
      {formatPercentNumber(hit.ratio)}
      <span className="sr-only"> by live probe</span>
    </span>
  );
}
