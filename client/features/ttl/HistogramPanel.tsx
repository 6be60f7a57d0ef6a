import { TtlHistogram } from '#client/charts/ttl/TtlHistogram.tsx';
import { formatCount, formatPercent, formatProportionInterval } from '#client/lib/formatNumber.ts';
import { formatDuration, formatMoment } from '#client/lib/formatTime.ts';
import { useNow } from '#client/lib/useNow.ts';
import { Button } from '#client/ui/Button.tsx';
import { EmptyState } from '#client/ui/EmptyState.tsx';
import { Panel } from '#client/ui/Panel.tsx';
import { SeveritySign } from '#client/ui/SeveritySign.tsx';
import { UnknownDash } from '#client/ui/values/UnknownDash.tsx';
import type { TtlDistribution } from '#shared/histogram/ttlHistogram.ts';
import { type Proportion, wilson } from '#shared/statistics.ts';
import { PatternTitle } from './PatternTitle.tsx';
import { type ChosenTtl, patternBasis, type TtlData, ttlBasis } from './prepareTtl.ts';

interface HistogramPanelProps {
  sample: TtlData['sample'];
  chosen: ChosenTtl;
  /** Null = all keys. */
  pattern: string | null;
  before: TtlData['before'];
  onAll: () => void;
}

/** TTL left of all sampled keys, or of one pattern. */
export function HistogramPanel({ sample, chosen, pattern, before, onAll }: HistogramPanelProps) {
  const nowMs = useNow();
  const { ttl, isExact, isMissing } = chosen;
  const isOfAll = pattern === null || isMissing;
  return (
    <Panel
      title={isOfAll ? 'TTL left, all keys' : <PatternTitle text="TTL left of" pattern={pattern} />}
      note={isOfAll ? ttlBasis(sample, nowMs) : patternBasis(chosen, sample, nowMs)}
      actions={pattern !== null && <Button onClick={onAll}>All keys</Button>}
    >
      {isMissing && (
        <p className="flex items-center gap-2 px-3 text-sm text-amber">
          <SeveritySign severity="warning" size={12} />
          No key of <code className="min-w-0 truncate">{pattern}</code> is in the last sample; these are all
          keys.
        </p>
      )}
      {ttl === null || ttl.sampledCount === 0 ? (
        <EmptyState title="No key was sampled">Redis held no keys when the last sample was taken.</EmptyState>
      ) : (
        <div className="px-3 pb-2">
          <TtlFigures ttl={ttl} isExact={isExact} />
          <TtlHistogram
            title="Share of keys by TTL left"
            note={`of the ${isExact ? '' : 'sampled '}keys; log axis, four buckets to a decade${isExact ? '' : '; lines: 95\u202f% interval'}${before === null ? '' : `; grey: ${formatMoment(before.sampledAtMs, { fromMs: before.sampledAtMs, toMs: nowMs })}`}`}
            ttl={ttl}
            isExact={isExact}
            before={before}
            heightPx={150}
          />
        </div>
      )}
    </Panel>
  );
}

function TtlFigures({ ttl, isExact }: { ttl: TtlDistribution; isExact: boolean }) {
  const noTtl = wilson(ttl.noTtlCount, ttl.sampledCount);
  return (
    <dl className="flex flex-wrap gap-x-6 gap-y-1 pb-1.5">
      <Figure label="p50, of keys with a TTL" valueMs={ttl.p50Ms} />
      <Figure label="p90" valueMs={ttl.p90Ms} />
      <div>
        <dt className="text-sm text-dim">without a TTL</dt>
        <dd className="text-lg font-bold">
          {noTtl === null ? '–' : <NoTtl share={noTtl} ttl={ttl} isExact={isExact} />}
        </dd>
      </div>
    </dl>
  );
}

function NoTtl({ share, ttl, isExact }: { share: Proportion; ttl: TtlDistribution; isExact: boolean }) {
  return (
    <>
      {isExact ? '' : '~'}
      {formatPercent(share.ratio)}
      <span className="text-xs font-normal text-dim">
        {' '}
        {isExact ? '' : `${formatProportionInterval(share)}, `}
        {formatCount(ttl.noTtlCount)} of {formatCount(ttl.sampledCount)} {isExact ? '' : 'sampled '}keys
      </span>
    </>
  );
}

function Figure({ label, valueMs }: { label: string; valueMs: number | null }) {
  return (
    <div>
      <dt className="text-sm text-dim">{label}</dt>
      <dd className="text-lg font-bold">
        {valueMs === null ? <UnknownDash reason="No sampled key has a TTL." /> : formatDuration(valueMs)}
      </dd>
    </div>
  );
}
