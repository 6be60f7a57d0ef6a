import { formatCount, formatRate } from '#client/lib/formatNumber.ts';
import { formatAge } from '#client/lib/formatTime.ts';
import { Tile } from '#client/ui/Tile.tsx';
import { UnknownDash } from '#client/ui/values/UnknownDash.tsx';
import { formatLag } from './formatLag.ts';
import type { InvalidationAnswer } from './invalidationModel.ts';
import { type InvalidationFigures, prepareTiles } from './prepareTiles.ts';

const ONE_READING = 'Two readings of one process are needed, some 10 s apart.';

/** Invalidation in five figures, what harms most first. */
export function InvalidationTiles({ answer }: { answer: InvalidationAnswer }) {
  const figures = prepareTiles(answer);
  return (
    <section
      aria-label="Invalidation"
      className="grid shrink-0 grid-cols-5 gap-px overflow-hidden rounded-lg border border-line bg-line max-lg:grid-cols-2 max-lg:[&>*:last-child]:col-span-2 [&>*]:bg-panel"
    >
      <LostTile figures={figures} />
      <LettersTile figures={figures} answer={answer} />
      <HearingTile figures={figures} />
      <LagTile figures={figures} />
      <RateTile figures={figures} />
    </section>
  );
}

function LostTile({ figures: { lostCount, missedCount, lostEventCount, untoldCount } }: TileProps) {
  const label = 'Lost in the last minute';
  if (lostCount === null)
    return <Tile label={label} value={<UnknownDash reason={ONE_READING} />} before={ONE_READING} />;
  const gaps = missedCount === null ? 'gaps not known' : `${formatCount(missedCount)} messages missed`;
  const untold =
    untoldCount === 0
      ? ''
      : `; ${untoldCount} ${untoldCount === 1 ? 'instance does' : 'instances do'} not count gaps`;
  return (
    <Tile
      label={label}
      value={formatCount(lostCount)}
      before={`${gaps}, ${formatCount(lostEventCount ?? 0)} events lost${untold}`}
      {...(lostCount > 0 ? { severity: 'critical' as const } : {})}
    />
  );
}

function LettersTile({ figures, answer }: TileProps & { answer: InvalidationAnswer }) {
  const { letterCount, lettersReadAtMs, retriesWaiting } = figures;
  const { connection, nowMs } = answer;
  const waiting =
    retriesWaiting === null
      ? 'retries not known'
      : `${formatCount(retriesWaiting)} retries wait in the instances`;
  const reason =
    connection.state === 'unreachable'
      ? 'Redis does not answer, so that no instance can count them.'
      : 'No instance has said how many there are.';
  const counted =
    lettersReadAtMs === null ? '' : `as instances counted them, ${formatAge(nowMs - lettersReadAtMs)} ago; `;
  return (
    <Tile
      label="Dead letters"
      value={letterCount === null ? <UnknownDash reason={reason} /> : formatCount(letterCount)}
      before={`${counted}${waiting}`}
      {...((letterCount ?? 0) > 0 ? { severity: 'warning' as const } : {})}
    />
  );
}

function HearingTile({ figures: { deafCount, instanceCount } }: TileProps) {
  return (
    <Tile
      label="Instances that hear nothing"
      value={formatCount(deafCount)}
      before={
        deafCount === 0
          ? `of ${formatCount(instanceCount)}; what keeps nothing in memory need not hear`
          : 'their L1 is off until they are subscribed again'
      }
      {...(deafCount > 0 ? { severity: 'warning' as const } : {})}
    />
  );
}

function LagTile({ figures: { lagP50, lagP95, lagMean, lagCount } }: TileProps) {
  const label = 'Lag of events';
  if (lagMean === null) {
    const why = 'No event was applied in the last minute.';
    return <Tile label={label} value={<UnknownDash reason={why} />} before={why} />;
  }
  const of = `${formatCount(lagCount)} ${lagCount === 1 ? 'event' : 'events'} in the last minute`;
  if (lagP95 === null || lagP50 === null)
    return (
      <Tile
        label={label}
        value={formatLag(lagMean)}
        unit="mean"
        before={`of ${of}; no percentiles: snapshots in Redis hold the mean alone`}
      />
    );
  return (
    <Tile
      label={label}
      value={formatLag(lagP95)}
      unit="p95"
      before={`p50 ${formatLag(lagP50)}, of ${of}`}
      {...(lagP95 > 5 ? { severity: 'warning' as const } : {})}
    />
  );
}

function RateTile({ figures: { askedPerSecond, removedPerSecond } }: TileProps) {
  const label = 'Invalidations';
  if (askedPerSecond === null)
    return <Tile label={label} value={<UnknownDash reason={ONE_READING} />} before={ONE_READING} />;
  return (
    <Tile
      label={label}
      value={formatRate(askedPerSecond)}
      before={`${formatRate(removedPerSecond ?? 0)} entries removed`}
    />
  );
}

interface TileProps {
  figures: InvalidationFigures;
}
