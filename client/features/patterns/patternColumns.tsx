import { Sparkline } from '#client/charts/Sparkline.tsx';
import {
  formatBytes,
  formatCompact,
  formatCount,
  formatPercent,
  formatPercentNumber,
  formatProportionInterval,
  formatRateNumber,
  signed,
} from '#client/lib/formatNumber.ts';
import { formatClockMinute, formatDuration } from '#client/lib/formatTime.ts';
import type { TableColumn } from '#client/ui/table/tableColumn.ts';
import { EstimateValue } from '#client/ui/values/EstimateValue.tsx';
import { UnknownDash } from '#client/ui/values/UnknownDash.tsx';
import type { PatternSort } from './orderPatterns.ts';
import { PatternName } from './PatternName.tsx';
import type { PatternModel } from './preparePatterns.ts';

type PatternColumn = TableColumn<PatternModel> & { readonly id: PatternSort | 'spark' };

const NOTHING_BEFORE = 'Nothing is compared, or nothing was measured in the span before.';

/** On a phone the columns that say what is wrong come first; the others are reached by scrolling. */
export function patternColumns(isPhone: boolean): readonly TableColumn<PatternModel>[] {
  const [name, hitRate, delta, spark, before, lookups, misses, extra] = trafficColumns(isPhone);
  const rest = [...sampleColumns, ...loadColumns, ...originColumns];
  if (!isPhone) return [...trafficColumns(false), ...rest];
  const first = [name, hitRate, misses, extra, delta, spark, before, lookups].flatMap((column) =>
    column === undefined ? [] : [column],
  );
  return [...first, ...rest];
}

function trafficColumns(isPhone: boolean): readonly PatternColumn[] {
  return [
    {
      id: 'pattern',
      header: 'Pattern',
      widthPx: isPhone ? 168 : 236,
      isGrowing: true,
      firstDirection: 'ascending',
      cell: (row) => <PatternName pattern={row.pattern} />,
    },
    {
      id: 'hitRate',
      header: 'Hit rate',
      unit: '%',
      help: 'Hits of all look-ups that the services counted in the range.',
      widthPx: 82,
      align: 'end',
      firstDirection: 'ascending',
      cell: (row) => <HitRate row={row} />,
    },
    {
      id: 'delta',
      header: 'Change',
      unit: 'pp',
      help: 'Percentage points against the span before.',
      widthPx: 84,
      align: 'end',
      firstDirection: 'ascending',
      cell: (row) => <Delta row={row} />,
    },
    {
      id: 'spark',
      header: 'Trend',
      help: 'Hit rate over the range, 0 to 100 % for every row. Gaps were not measured or had no look-up.',
      widthPx: 96,
      cell: (row) => <Spark row={row} />,
    },
    {
      id: 'before',
      header: 'Before',
      unit: '%',
      help: 'Hit rate in the span that is compared with.',
      widthPx: 74,
      align: 'end',
      firstDirection: 'ascending',
      cell: (row) => <Before row={row} />,
    },
    rateColumn('lookups', 'Look-ups', (row) => row.lookupsPerSecond),
    rateColumn('misses', 'Misses', (row) => row.missesPerSecond),
    {
      id: 'extra',
      header: 'Extra misses',
      unit: '/s',
      help: 'Misses a second more than in the span before: what the change costs the source.',
      widthPx: 120,
      align: 'end',
      firstDirection: 'descending',
      cell: (row) => <ExtraMisses row={row} />,
    },
  ];
}

function rateColumn(
  id: PatternSort,
  header: string,
  rateOf: (row: PatternModel) => number | null,
): PatternColumn {
  return {
    id,
    header,
    unit: '/s',
    widthPx: 86,
    align: 'end',
    firstDirection: 'descending',
    cell: (row) => {
      const rate = rateOf(row);
      return rate === null ? <UnknownDash reason={row.trafficReason} /> : formatRateNumber(rate);
    },
  };
}

const loadColumns: readonly PatternColumn[] = [
  rateColumn('loads', 'Loads', (row) => row.loadsPerSecond),
  {
    id: 'loadMs',
    header: 'Mean load',
    help: 'Mean time of a load from the source, as the services measured it.',
    widthPx: 90,
    align: 'end',
    firstDirection: 'descending',
    cell: (row) =>
      row.loadMs === null ? (
        <UnknownDash reason={row.trafficReason || 'No load in this range.'} />
      ) : (
        formatDuration(row.loadMs)
      ),
  },
];

const sampleColumns: readonly PatternColumn[] = [
  {
    id: 'keys',
    header: 'Keys',
    widthPx: 72,
    align: 'end',
    firstDirection: 'descending',
    cell: (row) =>
      row.keyCount === null ? (
        <UnknownDash reason={row.sampleReason} />
      ) : (
        <EstimateValue estimate={row.keyCount} format={(keys) => formatCompact(Math.round(keys))} />
      ),
  },
  {
    id: 'bytes',
    header: 'Memory',
    widthPx: 86,
    align: 'end',
    firstDirection: 'descending',
    cell: (row) =>
      row.bytes === null ? (
        <UnknownDash reason={row.sampleReason || 'Redis does not tell MEMORY USAGE.'} />
      ) : (
        <EstimateValue estimate={row.bytes} format={formatBytes} />
      ),
  },
  {
    id: 'ttl',
    header: 'TTL p50',
    help: 'Median TTL left of the sampled keys that have one.',
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
    help: 'Share of the sampled keys that have no TTL and stay until they are evicted or removed.',
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

const originColumns: readonly PatternColumn[] = [
  {
    id: 'services',
    header: 'Services',
    widthPx: 130,
    firstDirection: 'ascending',
    cell: (row) => (
      <span title={row.services.join(', ')} className="truncate text-dim">
        {row.services.length === 0 ? (
          <UnknownDash reason="No service reports this pattern now." />
        ) : (
          row.services.join(', ')
        )}
      </span>
    ),
  },
  {
    id: 'from',
    header: 'From',
    help: 'Where the traffic of the row is known from.',
    widthPx: 82,
    firstDirection: 'ascending',
    cell: (row) => (
      <span
        title={row.trafficReason || 'Metrics of the services'}
        className="rounded border border-line px-1.5 text-xs text-dim"
      >
        {row.from}
      </span>
    ),
  },
];

function HitRate({ row }: { row: PatternModel }) {
  if (row.hit === null) return <UnknownDash reason={row.trafficReason || 'No look-ups in this range.'} />;
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

function Delta({ row }: { row: PatternModel }) {
  if (row.deltaPoints === null) return <UnknownDash reason={row.trafficReason || NOTHING_BEFORE} />;
  const text = signed(row.deltaPoints, (points) => points.toFixed(1));
  return <span className={row.isWorse ? 'text-verm' : 'text-dim'}>{text}</span>;
}

function Before({ row }: { row: PatternModel }) {
  if (row.beforeRatio === null) return <UnknownDash reason={row.trafficReason || NOTHING_BEFORE} />;
  return (
    <span title={formatPercent(row.beforeRatio)} className="text-dim">
      {formatPercentNumber(row.beforeRatio)}
    </span>
  );
}

const RATIO_BOUNDS = { min: 0, max: 1 };

function Spark({ row }: { row: PatternModel }) {
  if (row.spark === null) return <span className="text-xs text-faint">not known</span>;
  const colour = row.isWorse ? 'verm' : 'blue';
  return <Sparkline values={row.spark.values} colour={colour} widthPx={80} bounds={RATIO_BOUNDS} />;
}

function newTitle({ life }: PatternModel): string {
  if (life.cameAtMs === null) return 'Measured now, but not in the span before although others were.';
  return `First looked up at ${formatClockMinute(life.cameAtMs)}; others were before.`;
}

function ExtraMisses({ row }: { row: PatternModel }) {
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
