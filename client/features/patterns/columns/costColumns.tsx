import { formatRateNumber } from '#client/lib/formatNumber.ts';
import { formatDuration } from '#client/lib/formatTime.ts';
import { UnknownDash } from '#client/ui/values/UnknownDash.tsx';
import type { PatternModel } from '../patternModel.ts';
import { FROM_METRICS, type PatternColumn } from './patternColumn.ts';
import { rateColumn } from './trafficColumns.tsx';

/** What misses cost the source, and what hits spare it. */
export const costColumns: readonly PatternColumn[] = [
  sourceTimeColumn('cost', {
    header: 'Miss cost',
    help: `Source time that misses take, ms a second: loads a second times the mean load. ${FROM_METRICS}`,
    amountOf: (row) => row.costMsPerSecond,
  }),
  sourceTimeColumn('saved', {
    header: 'Saved',
    help: `Source time that hits spare, ms a second: hits a second times the mean load. ${FROM_METRICS}`,
    amountOf: (row) => row.savedMsPerSecond,
  }),
  rateColumn('loads', {
    header: 'Loads',
    help: `Loads from the source a second. ${FROM_METRICS}`,
    rateOf: (row) => row.loadsPerSecond,
  }),
  {
    id: 'loadMs',
    header: 'Mean load',
    help: `Mean time of a load from the source, as the services measured it. ${FROM_METRICS}`,
    widthPx: 90,
    align: 'end',
    firstDirection: 'descending',
    cell: (row) => (row.loadMs === null ? <UnknownDash reason={noLoad(row)} /> : formatDuration(row.loadMs)),
  },
];

interface SourceTimeColumn {
  readonly header: string;
  readonly help: string;
  readonly amountOf: (row: PatternModel) => number | null;
}

function sourceTimeColumn(
  id: PatternColumn['id'],
  { header, help, amountOf }: SourceTimeColumn,
): PatternColumn {
  return {
    id,
    header,
    unit: 'ms/s',
    help,
    widthPx: 96,
    align: 'end',
    firstDirection: 'descending',
    cell: (row) => {
      const value = amountOf(row);
      return value === null ? <UnknownDash reason={noLoad(row)} /> : formatRateNumber(value);
    },
  };
}

function noLoad(row: PatternModel): string {
  return row.trafficReason || 'No load in this range, so the time of one is not known.';
}
