import { formatCompact, formatCount, formatPercent, formatRate } from '#client/lib/formatNumber.ts';
import { formatClockMinute } from '#client/lib/formatTime.ts';
import { Tile } from '#client/ui/Tile.tsx';
import { SourceTag } from '#client/ui/values/SourceTag.tsx';
import { UnknownDash } from '#client/ui/values/UnknownDash.tsx';
import type { Reading } from '#shared/reading.ts';
import type { CacheLoss } from '#shared/services/cacheLoss.ts';
import type { FleetModel, Relief } from './prepareFleet.ts';

/** The fleet in four figures. */
export function FleetTiles({ fleet, loss }: { fleet: FleetModel; loss: Reading<CacheLoss> }) {
  return (
    <section
      aria-label="Fleet"
      className="grid shrink-0 grid-cols-4 gap-px overflow-hidden rounded-lg border border-line bg-line max-lg:grid-cols-2 [&>*]:bg-panel"
    >
      <OpenTile fleet={fleet} />
      <Tile
        label="Instances that are heard"
        value={`${fleet.instanceCount - fleet.silentCount} of ${fleet.instanceCount}`}
        before={fleet.silentCount === 0 ? 'none is silent' : `${fleet.silentCount} silent`}
        {...(fleet.silentCount > 0 ? { severity: 'warning' as const } : {})}
      />
      <LossTile loss={loss} />
      <ReliefTile relief={fleet.relief} />
    </section>
  );
}

function OpenTile({ fleet }: { fleet: FleetModel }) {
  const { openCount, breakerCount, halfOpenCount, forcedCount, unknownCount, awaySinceMs } = fleet;
  const others = [
    ...(halfOpenCount > 0 ? [`${halfOpenCount} of them half-open`] : []),
    ...(forcedCount > 0 ? [`${forcedCount} forced`] : []),
    ...(unknownCount > 0 ? [`${unknownCount} not known`] : []),
  ];
  const since = awaySinceMs === null ? '' : `since ${formatClockMinute(awaySinceMs)}`;
  return (
    <Tile
      label="Breakers that are open"
      value={`${openCount} of ${breakerCount}`}
      unit={since}
      before={others.length === 0 ? restText(fleet) : others.join(', ')}
      {...(openCount > 0 ? { severity: 'critical' as const } : {})}
    />
  );
}

function restText({ openCount, breakerCount }: FleetModel): string {
  if (openCount === 0) return 'all are closed';
  return openCount === breakerCount ? 'none is closed' : 'all others are closed';
}

function LossTile({ loss }: { loss: Reading<CacheLoss> }) {
  const label = 'The source, if no cache answered';
  if (loss.state === 'unknown')
    return <Tile label={label} value={<UnknownDash reason={loss} />} before={loss.detail} />;
  const { multiplier, isAtLeast, hitRatio, lookupsPerSecond, loadsPerSecond, span } = loss.value;
  return (
    <Tile
      label={label}
      value={`${isAtLeast ? '≥ ' : ''}× ${multiplier < 10 ? multiplier.toFixed(1) : formatCount(multiplier)}`}
      before={`${formatRate(lookupsPerSecond)} instead of ${formatRate(loadsPerSecond)}: hit rate ${formatPercent(hitRatio)} in the hour to ${formatClockMinute(span.toMs)}`}
      source={<SourceTag reading={loss} />}
    />
  );
}

function ReliefTile({ relief }: { relief: Relief | null }) {
  const label = 'Loads shed in the last minute';
  if (relief === null) {
    const why = 'No instance of cachescope/cache was read twice yet; others do not tell it.';
    return <Tile label={label} value={<UnknownDash reason={why} />} before={why} />;
  }
  const { shedCount, staleServedCount, coalescedCount, notPermittedCount, instanceCount } = relief;
  return (
    <Tile
      label={label}
      value={formatCompact(shedCount)}
      before={`${formatCompact(staleServedCount)} answered stale, ${formatCompact(coalescedCount)} waited for another's load, ${formatCompact(notPermittedCount)} commands kept back`}
      source={`metrics of ${instanceCount} ${instanceCount === 1 ? 'instance' : 'instances'}`}
      {...(shedCount > 0 ? { severity: 'warning' as const } : {})}
    />
  );
}
