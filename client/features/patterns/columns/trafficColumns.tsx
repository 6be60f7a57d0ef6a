import { formatRateNumber } from '#client/lib/formatNumber.ts';
import { UnknownDash } from '#client/ui/values/UnknownDash.tsx';
import { MIN_LOOKUP_COUNT } from '#shared/lookups.ts';
import { PatternName } from '../PatternName.tsx';
import type { PatternModel } from '../patternModel.ts';
import { FROM_METRICS, type PatternColumn } from './patternColumn.ts';
import { Before, Delta, ExtraMisses, HitRate, Probed, Spark, WorstHour } from './trafficCells.tsx';

export function nameColumn(isPhone: boolean): PatternColumn {
  return {
    id: 'pattern',
    header: 'Pattern',
    help: 'Form of the key names, ids taken out. Declared by a service or by configuration, or inferred from the keys.',
    widthPx: isPhone ? 168 : 200,
    isGrowing: true,
    firstDirection: 'ascending',
    cell: (row) => <PatternName pattern={row.pattern} />,
  };
}

export const trafficColumns: readonly PatternColumn[] = [
  {
    id: 'hitRate',
    header: 'Hit rate',
    unit: '%',
    help: `Hits of all look-ups in the range, %. With fewer than ${MIN_LOOKUP_COUNT} look-ups their number n stands instead. ${FROM_METRICS}`,
    widthPx: 78,
    align: 'end',
    firstDirection: 'ascending',
    cell: (row) => <HitRate row={row} />,
  },
  {
    id: 'probe',
    header: 'Probed',
    unit: '%',
    help: 'Hits of all look-ups that Redis answered while the last live probe ran, %; in points, how far off the metrics of then it lies, where that is more than chance. Source: live probe.',
    widthPx: 112,
    align: 'end',
    firstDirection: 'ascending',
    cell: (row) => <Probed row={row} />,
  },
  {
    id: 'delta',
    header: 'Change',
    unit: 'pp',
    help: `Hit rate now less the one before, percentage points. ${FROM_METRICS}`,
    widthPx: 76,
    align: 'end',
    firstDirection: 'ascending',
    cell: (row) => <Delta row={row} />,
  },
  {
    id: 'spark',
    header: 'Trend',
    help: `Hit rate over the range, 0 to 100 % for every row. Gaps were not measured or had no look-up. ${FROM_METRICS}`,
    widthPx: 92,
    cell: (row) => <Spark row={row} />,
  },
  {
    id: 'before',
    header: 'Before',
    unit: '%',
    help: `Hit rate in the span that is compared with, %. ${FROM_METRICS}`,
    widthPx: 74,
    align: 'end',
    firstDirection: 'ascending',
    cell: (row) => <Before row={row} />,
  },
  {
    id: 'worst',
    header: 'Worst hour',
    unit: '%',
    help: `The hour of the range with the lowest hit rate, % and when; of ranges of two hours and more. ${FROM_METRICS}`,
    widthPx: 100,
    align: 'end',
    firstDirection: 'ascending',
    cell: (row) => <WorstHour row={row} />,
  },
  rateColumn('lookups', {
    header: 'Look-ups',
    help: `Look-ups a second, hits and misses together. ${FROM_METRICS}`,
    rateOf: (row) => row.lookupsPerSecond,
  }),
  rateColumn('misses', {
    header: 'Misses',
    help: `Look-ups a second that found nothing. ${FROM_METRICS}`,
    rateOf: (row) => row.missesPerSecond,
  }),
  {
    id: 'extra',
    header: 'Extra misses',
    unit: '/s',
    help: `Misses a second more than in the span before: what the change costs the source. ${FROM_METRICS}`,
    widthPx: 110,
    align: 'end',
    firstDirection: 'descending',
    cell: (row) => <ExtraMisses row={row} />,
  },
];

interface RateColumn {
  readonly header: string;
  readonly help: string;
  readonly rateOf: (row: PatternModel) => number | null;
}

export function rateColumn(id: PatternColumn['id'], { header, help, rateOf }: RateColumn): PatternColumn {
  return {
    id,
    header,
    unit: '/s',
    help,
    widthPx: 76,
    align: 'end',
    firstDirection: 'descending',
    cell: (row) => {
      const rate = rateOf(row);
      return rate === null ? <UnknownDash reason={row.trafficReason} /> : formatRateNumber(rate);
    },
  };
}
