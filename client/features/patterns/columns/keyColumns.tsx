import { formatBytes, formatCompact, formatPercentNumber } from '#client/lib/formatNumber.ts';
import { formatAge, formatDuration } from '#client/lib/formatTime.ts';
import { useNow } from '#client/lib/useNow.ts';
import { EstimateValue } from '#client/ui/values/EstimateValue.tsx';
import { UnknownDash } from '#client/ui/values/UnknownDash.tsx';
import type { Estimate } from '#shared/statistics.ts';
import type { PatternModel } from '../patternModel.ts';
import { FROM_SAMPLE, type PatternColumn } from './patternColumn.ts';

interface SizeOfProps {
  row: PatternModel;
  size: Estimate;
  format: (value: number) => string;
}

/** Of the sample; where there is none, what metrics tell, marked and named. */
function SizeOf({ row, size, format }: SizeOfProps) {
  const age = useNow() - (row.sizeFrom?.atMs ?? 0);
  if (row.sizeFrom === null) return <EstimateValue estimate={size} format={format} />;
  const text = `by ${row.sizeFrom.from}, ${formatAge(age)} ago`;
  return (
    <span title={text}>
      <span aria-hidden className="mr-1 text-xs text-dim">
        ◇
      </span>
      {format(size.value)}
      <span className="sr-only"> {text}</span>
    </span>
  );
}

/** What the sample says of the keys. */
export const keyColumns: readonly PatternColumn[] = [
  {
    id: 'keys',
    header: 'Keys',
    help: `Keys of the pattern; ~ = estimated, the 95 % interval on hover. ${FROM_SAMPLE} ◇ = of metrics, where there is none.`,
    widthPx: 72,
    align: 'end',
    firstDirection: 'descending',
    cell: (row) =>
      row.keyCount === null ? (
        <UnknownDash reason={row.sampleReason} />
      ) : (
        <SizeOf row={row} size={row.keyCount} format={(keys) => formatCompact(Math.round(keys))} />
      ),
  },
  {
    id: 'bytes',
    header: 'Memory',
    help: `Memory of the keys and values in Redis, bytes by MEMORY USAGE; ~ = estimated. ${FROM_SAMPLE} ◇ = of metrics, where there is none.`,
    widthPx: 86,
    align: 'end',
    firstDirection: 'descending',
    cell: (row) =>
      row.bytes === null ? (
        <UnknownDash reason={row.sampleReason || 'Redis does not tell MEMORY USAGE.'} />
      ) : (
        <SizeOf row={row} size={row.bytes} format={formatBytes} />
      ),
  },
  {
    id: 'size',
    header: 'Size p95',
    help: `95 % of the sampled keys take at most this much with their value, bytes by MEMORY USAGE. ${FROM_SAMPLE}`,
    widthPx: 84,
    align: 'end',
    firstDirection: 'descending',
    cell: (row) =>
      row.sizeP95Bytes === null ? (
        <UnknownDash reason={row.sampleReason || 'Redis does not tell MEMORY USAGE.'} />
      ) : (
        formatBytes(row.sizeP95Bytes)
      ),
  },
  {
    id: 'ttl',
    header: 'TTL p50',
    help: `Median TTL left of the sampled keys that have one. ${FROM_SAMPLE}`,
    widthPx: 90,
    align: 'end',
    firstDirection: 'ascending',
    cell: (row) =>
      row.ttlP50Ms === null ? (
        <UnknownDash reason={row.sampleReason || 'No sampled key of this pattern has a TTL.'} />
      ) : (
        formatDuration(row.ttlP50Ms)
      ),
  },
  {
    id: 'noTtl',
    header: 'No TTL',
    unit: '%',
    help: `Share of the sampled keys that have no TTL and stay until they are evicted or removed, %. ${FROM_SAMPLE}`,
    widthPx: 78,
    align: 'end',
    firstDirection: 'descending',
    cell: (row) =>
      row.noTtlRatio === null ? (
        <UnknownDash reason={row.sampleReason} />
      ) : (
        formatPercentNumber(row.noTtlRatio)
      ),
  },
];
