import { Sparkline } from '#client/charts/Sparkline.tsx';
import {
  formatCount,
  formatPercent,
  formatPercentNumber,
  formatProportionInterval,
  formatRateNumber,
  signed,
} from '#client/lib/formatNumber.ts';
import { formatClockMinute, formatDateTime } from '#client/lib/formatTime.ts';
import { UnknownDash } from '#client/ui/values/UnknownDash.tsx';
import { MIN_LOOKUP_COUNT } from '#shared/lookups.ts';
import { unpackRatios } from '#shared/ratioText.ts';
import type { PatternModel } from '../patternModel.ts';
import { ProbeHit } from '../probe/ProbeHit.tsx';
import { prepareFinding } from '../probe/prepareBeside.ts';
import { NOTHING_BEFORE } from './patternColumn.ts';

interface CellProps {
  readonly row: PatternModel;
}

export function HitRate({ row }: CellProps) {
  if (row.hit === null) {
    if (row.probe !== null) return <ProbeHit probe={row.probe} />;
    if ((row.lookupCount ?? 0) > 0) return <FewLookups count={row.lookupCount ?? 0} />;
    return <UnknownDash reason={row.trafficReason || 'No look-ups in this range.'} />;
  }
  const interval = `${formatProportionInterval(row.hit)}, of ${formatCount(row.lookupCount ?? 0)} look-ups`;
  return (
    <span title={interval} className={row.isWorse ? 'font-bold text-verm' : 'font-bold'}>
      {row.isWorse && (
        <span aria-hidden className="mr-1 text-xs">
          ▼
        </span>
      )}
      {formatPercentNumber(row.hit.ratio)}
      {row.isWorse && <span className="sr-only"> worse than before</span>}
    </span>
  );
}

/** Another source for the same, never added to it. */
export function Probed({ row }: CellProps) {
  if (row.probe === null)
    return <UnknownDash reason="It was not measured from Redis, or no key of it was looked up then." />;
  const finding = row.probeBeside === null ? null : prepareFinding(row.probe.value, row.probeBeside);
  return (
    <>
      {finding !== null && (
        <span title={finding.text} className="mr-1.5 text-sm text-amber">
          <span aria-hidden>{finding.short}</span>
          <span className="sr-only">{finding.text}</span>
        </span>
      )}
      <ProbeHit probe={row.probe} />
    </>
  );
}

/** Instead of a rate that a few look-ups more could turn over. */
function FewLookups({ count }: { count: number }) {
  const text = `Not enough data for a rate (n = ${count} of ${MIN_LOOKUP_COUNT} look-ups).`;
  return (
    <span title={text} className="cursor-help text-sm text-dim italic">
      <span aria-hidden>n = {count}</span>
      <span className="sr-only">{text}</span>
    </span>
  );
}

export function Delta({ row }: CellProps) {
  if (row.deltaPoints === null) return <UnknownDash reason={row.trafficReason || NOTHING_BEFORE} />;
  const text = signed(row.deltaPoints, (points) => points.toFixed(1));
  return <span className={row.isWorse ? 'text-verm' : 'text-dim'}>{text}</span>;
}

export function Before({ row }: CellProps) {
  if (row.beforeRatio === null) return <UnknownDash reason={row.trafficReason || NOTHING_BEFORE} />;
  return (
    <span title={formatPercent(row.beforeRatio)} className="text-dim">
      {formatPercentNumber(row.beforeRatio)}
    </span>
  );
}

const RATIO_BOUNDS = { min: 0, max: 1 };

export function Spark({ row }: CellProps) {
  if (row.spark === null) return <span className="text-xs text-faint">not known</span>;
  const colour = row.isWorse ? 'verm' : 'blue';
  return <Sparkline values={unpackRatios(row.spark)} colour={colour} widthPx={80} bounds={RATIO_BOUNDS} />;
}

function newTitle({ life }: PatternModel): string {
  if (life.cameAtMs === null) return 'Measured now, but not in the span before although others were.';
  return `First looked up at ${formatClockMinute(life.cameAtMs)}; others were before.`;
}

export function ExtraMisses({ row }: CellProps) {
  if (row.isNew) {
    return (
      <span title={newTitle(row)} className="text-amber">
        new
      </span>
    );
  }
  if (row.life.wentAtMs !== null) {
    return (
      <span
        title={`Not looked up since ${formatClockMinute(row.life.wentAtMs)}, although others are.`}
        className="text-amber"
      >
        gone
      </span>
    );
  }
  if (row.extraMissesPerSecond === null) return <UnknownDash reason={row.trafficReason || NOTHING_BEFORE} />;
  return (
    <span className={row.isWorse ? 'font-medium text-verm' : undefined}>
      {signed(row.extraMissesPerSecond, formatRateNumber)}
    </span>
  );
}

export function WorstHour({ row }: CellProps) {
  if (row.worst === null)
    return <UnknownDash reason={row.trafficReason || 'No two hours in this range had enough look-ups.'} />;
  const { fromMs, hit, lookupCount } = row.worst;
  const title = `From ${formatDateTime(fromMs)}: ${formatProportionInterval(hit)}, of ${formatCount(lookupCount)} look-ups`;
  return (
    <span title={title}>
      {formatPercentNumber(hit.ratio)} <span className="text-sm text-dim">{formatClockMinute(fromMs)}</span>
    </span>
  );
}
