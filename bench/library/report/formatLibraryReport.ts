import type { FigureShape } from '../measurement.ts';
import { deriveAims } from './deriveAims.ts';
import type { LibraryReport, MeasurementReport, PeerRow } from './libraryReport.ts';

const INTRO =
  'Written by `npm run bench -- --only library --write-docs`, never by hand. Figures of different runs do not compare; ' +
  'ratios within one do. Peers take their samples in turn, each in a process of its own, on one Redis; figures are medians.';

/** The whole report as Markdown: machine, aims, a table for each measurement, and what each peer was told. */
export function formatLibraryReport(report: LibraryReport): string {
  const parts = [
    '# The cache library beside others',
    INTRO,
    ...(report.isQuick ? ['**A smoke run: it shows that all works, and its figures mean nothing.**'] : []),
    formatMachine(report),
    '## Aims',
    formatAims(report),
    ...report.measurements.flatMap(formatMeasurement),
    '## Peers',
    formatTable(
      ['peer', 'version', 'configuration'],
      report.peers.map(({ name, version, configuration }) => [name, version, configuration]),
    ),
  ];
  return `${parts.join('\n\n')}\n`;
}

function formatMachine({ machine, takenAt, windowMs }: LibraryReport): string {
  const gibibytes = machine.memoryBytes / 1_024 ** 3;
  return formatTable(
    ['', ''],
    [
      ['taken', takenAt],
      ['processor', `${machine.cpu}, ${machine.coreCount} cores`],
      ['memory', `${formatNumber(gibibytes)} GiB`],
      ['system', machine.system],
      ['Node', machine.node],
      ['Redis', `${machine.redis}, on the same machine`],
      [
        'load average',
        `${formatNumber(machine.loadBefore)} before, ${formatNumber(machine.loadAfter)} after`,
      ],
      ['a sample', `${formatNumber(windowMs)} ms`],
    ],
  );
}

function formatAims(report: LibraryReport): string {
  const rows = deriveAims(report).map(({ what, aim, measured, isMet }) => [
    what,
    aim,
    measured === null ? '' : formatNumber(measured),
    isMet === null ? 'not measured' : isMet ? 'yes' : '**NO**',
  ]);
  return formatTable(['aim (worst case)', '', 'measured', 'met'], rows);
}

function formatMeasurement(measurement: MeasurementReport): readonly string[] {
  const { title, method, roundCount, anchor, cases } = measurement;
  const rounds = `Medians of ${roundCount} ${roundCount === 1 ? 'round' : 'rounds'}`;
  const ratios = anchor === null ? '.' : `; in brackets the ratio to ${anchor}.`;
  const head = [`## ${title}`, `${method} ${rounds}${ratios}`];
  return cases.length === 1
    ? [...head, formatFigures(measurement)]
    : [...head, ...measurement.figures.map((figure) => formatCases(measurement, figure))];
}

/** One case: a column for each figure. */
function formatFigures({ cases: [only], figures, anchor }: MeasurementReport): string {
  const rows = only?.rows ?? [];
  const shown = figures.filter(({ name }) => rows.some((row) => row.figures?.[name] !== undefined));
  return formatTable(
    [only?.name ?? '', ...shown.map(({ title }) => title)],
    rows.map((row) => [
      row.peer,
      ...shown.map(({ name }, at) => formatCell(row, { name, rows, anchor: at === 0 ? anchor : null })),
    ]),
  );
}

/** Several cases: a table for each figure, a column for each case. */
function formatCases({ cases, figures, anchor }: MeasurementReport, { name, title }: FigureShape): string {
  const isFirst = name === figures[0].name;
  const peers = cases[0]?.rows.map(({ peer }) => peer) ?? [];
  const measured = peers.filter(
    (peer) => isFirst || cases.some(({ rows }) => rowOf(rows, peer)?.figures?.[name] !== undefined),
  );
  return formatTable(
    [title, ...cases.map((one) => one.name)],
    measured.map((peer) => [
      peer,
      ...cases.map(({ rows }) =>
        formatCell(rowOf(rows, peer), { name, rows, anchor: isFirst ? anchor : null }),
      ),
    ]),
  );
}

interface Cell {
  readonly name: string;
  readonly rows: readonly PeerRow[];
  readonly anchor: string | null;
}

/** The figure with its ratio, or why there is none. */
function formatCell(row: PeerRow | undefined, { name, rows, anchor }: Cell): string {
  const value = row?.figures?.[name];
  if (value === undefined) return row?.why ?? '';
  const other = anchor === null ? undefined : rowOf(rows, anchor)?.figures?.[name];
  return other === undefined ? formatNumber(value) : `${formatNumber(value)} (${(value / other).toFixed(2)})`;
}

function rowOf(rows: readonly PeerRow[], peer: string): PeerRow | undefined {
  return rows.find((row) => row.peer === peer);
}

/** Three digits: `251,000`, `4.71`, `0.052`. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return '?';
  return Number(value.toPrecision(3)).toLocaleString('en', { maximumFractionDigits: 3 });
}

function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [
    line(head),
    `|${head.map((_, at) => (at === 0 ? '---' : '--:')).join('|')}|`,
    ...rows.map(line),
  ].join('\n');
}
