import { formatCompact, UNKNOWN_TEXT } from '#client/lib/formatNumber.ts';
import { formatDuration } from '#client/lib/formatTime.ts';
import type { PatternDetail, SampleFact } from './preparePatternDetail.ts';

interface TtlAtSetModel {
  readonly facts: readonly SampleFact[];
  /** What does not fit together; null when nothing was found. */
  readonly warning: string | null;
}

/** PTTL and the clocks of services are off by less. */
const SLACK_MS = 1_000;

/** The TTLs that keys are given, by whoever tells them, and the longest that is left; null when no key of the sample has one. */
export function prepareTtlAtSet(detail: PatternDetail): TtlAtSetModel | null {
  const { sample, declaredTtlMs } = detail;
  const ttl = sample?.state === 'known' ? sample.value.ttl : null;
  if (ttl === null || ttl.maxMs === null) return null;
  const told = [...declared(declaredTtlMs), ...fromHeaders(detail), ...fromMetrics(detail)];
  const longest = {
    label: 'Longest left',
    value: formatDuration(ttl.maxMs),
    basis: `of ${formatCompact(ttl.sampledCount - ttl.noTtlCount)} sampled keys with a TTL`,
  };
  return {
    facts: [...(told.length === 0 ? [NOBODY_TELLS] : told), longest],
    warning:
      declaredTtlMs !== null && ttl.maxMs > declaredTtlMs + SLACK_MS
        ? `Some keys have more left (${formatDuration(ttl.maxMs)}) than the ${formatDuration(declaredTtlMs)} that --pattern-ttls declares: they are given another TTL, and whether they were read is not told.`
        : null,
  };
}

const NOBODY_TELLS: SampleFact = {
  label: 'TTL at set',
  value: UNKNOWN_TEXT,
  basis: 'told by --pattern-ttls, metrics of cachescope/cache, or a look at its entries',
};

function declared(ttlMs: number | null): readonly SampleFact[] {
  if (ttlMs === null) return [];
  return [{ label: 'TTL at set', value: formatDuration(ttlMs), basis: 'declared by --pattern-ttls' }];
}

function fromHeaders({ look }: PatternDetail): readonly SampleFact[] {
  if (look?.state !== 'known' || look.value.ttlAtSet.state !== 'known') return [];
  const { minMs, maxMs, freshP50Ms, sampledCount } = look.value.ttlAtSet.value;
  const [from, to] = [formatDuration(minMs), formatDuration(maxMs)];
  const fresh = freshP50Ms === null ? '' : `, fresh for ${formatDuration(freshP50Ms)} of it (p50)`;
  return [
    {
      label: 'TTL at set',
      value: `~${from === to ? from : `${from} to ${to}`}`,
      basis: `headers of ${formatCompact(sampledCount)} entries${fresh}`,
    },
  ];
}

function fromMetrics({ freshnessAtSet }: PatternDetail): readonly SampleFact[] {
  if (freshnessAtSet.state !== 'known') return [];
  const { meanMs, entryCount } = freshnessAtSet.value;
  return [
    {
      label: 'Fresh at set, mean',
      value: formatDuration(meanMs),
      basis: `${formatCompact(entryCount)} entries since the services began, ${freshnessAtSet.from}`,
    },
  ];
}
