import { printable } from '#shared/export/printable.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { trafficSourceWords } from '#shared/traffic/trafficSource.ts';
import type { PatternList } from './apiQuery.ts';
import type { CliCommand } from './cliCommand.ts';
import { compareFlag, compareOf, rangeFlags, rangeOf } from './rangeFlags.ts';
import { amount, percent, type TextColumn, textTable, UNKNOWN } from './textTable.ts';

type Row = PatternList['rows'][number];

/** What the table of patterns on the page shows. */
export const patternsCommand: CliCommand = {
  name: 'patterns',
  help: 'Hit rate, misses, their cost, and keys of each key pattern',
  flags: [...rangeFlags, compareFlag],
  run: async ({ query }, { given }) => {
    const data = await query('patterns.list', {
      targetId: DEFAULT_TARGET_ID,
      range: rangeOf(given),
      compare: compareOf(given),
    });
    return { data, text: textOf(data) };
  },
};

const columns: readonly TextColumn<Row>[] = [
  { title: 'pattern', align: 'left', text: (row) => printable(row.pattern) },
  { title: 'hit rate', align: 'right', text: hitText },
  { title: 'look-ups/s', align: 'right', text: (row) => amount(trafficOf(row)?.lookupsPerSecond) },
  { title: 'misses/s', align: 'right', text: (row) => amount(trafficOf(row)?.missesPerSecond) },
  { title: 'extra misses/s', align: 'right', text: (row) => amount(row.extraMissesPerSecond) },
  { title: 'source ms/s', align: 'right', text: (row) => amount(trafficOf(row)?.sourceMsPerSecond) },
  {
    title: 'worst hour',
    align: 'right',
    text: ({ worst }) => (worst === null ? UNKNOWN : percent(worst.hit.ratio)),
  },
  { title: 'keys', align: 'right', text: keysText },
  {
    title: 'counted by',
    align: 'left',
    text: ({ sources }) => sources.map((source) => trafficSourceWords[source]).join(', ') || UNKNOWN,
  },
];

function textOf({ rows, span }: PatternList): string {
  const sorted = [...rows].sort((a, b) => orderOf(b) - orderOf(a) || (a.pattern < b.pattern ? -1 : 1));
  const from = `${new Date(span.fromMs).toISOString()} to ${new Date(span.toMs).toISOString()}`;
  return [from, '', textTable(columns, sorted), ...reasonsOf(rows)].join('\n');
}

/** The worst first: by extra misses where they are known, else by misses. */
function orderOf(row: Row): number {
  return row.extraMissesPerSecond ?? trafficOf(row)?.missesPerSecond ?? -1;
}

function trafficOf({ traffic }: Row) {
  return traffic.state === 'known' ? traffic.value : undefined;
}

/** A rate of few look-ups says little, so their number stands instead. */
function hitText(row: Row): string {
  const traffic = trafficOf(row);
  if (traffic === undefined || traffic.hit === null) return UNKNOWN;
  return traffic.hasEnoughLookups ? percent(traffic.hit.ratio) : `n = ${traffic.lookupCount}`;
}

function keysText({ sample }: Row): string {
  if (sample.state === 'unknown') return UNKNOWN;
  const { value, isExact } = sample.value.keyCount;
  return `${isExact ? '' : '~'}${amount(Math.round(value))}`;
}

/** Why numbers are missing, each reason once. */
function reasonsOf(rows: readonly Row[]): readonly string[] {
  const reasons = rows.flatMap(({ traffic }) => (traffic.state === 'unknown' ? [traffic.detail] : []));
  const notAdded = rows.flatMap(({ pattern, notAdded: left }) =>
    left.map(
      ({ source, countedBy }) =>
        `${printable(pattern)}: ${trafficSourceWords[source]} counts the look-ups that ${trafficSourceWords[countedBy]} counts; they are not added.`,
    ),
  );
  const lines = [...new Set([...reasons, ...notAdded])];
  return lines.length > 0 ? ['', ...lines] : [];
}
