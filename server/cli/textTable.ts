/** Shown for what is not known. */
export const UNKNOWN = '-';

export interface TextColumn<Row> {
  readonly title: string;
  readonly text: (row: Row) => string;
  /** Words to the left, numbers to the right. */
  readonly align: 'left' | 'right';
}

/** Rows below their titles, two spaces apart. */
export function textTable<Row>(columns: readonly TextColumn<Row>[], rows: readonly Row[]): string {
  const cells = [
    columns.map(({ title }) => title),
    ...rows.map((row) => columns.map(({ text }) => text(row))),
  ];
  const widths = columns.map((_, at) =>
    cells.reduce((widest, line) => Math.max(widest, line[at]?.length ?? 0), 0),
  );
  return cells
    .map((line) =>
      line
        .map((cell, at) => {
          const width = widths[at] ?? 0;
          return columns[at]?.align === 'right' ? cell.padStart(width) : cell.padEnd(width);
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

export function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(1)} %`;
}

/** Three digits that matter; unknown stays so. */
export function amount(value: number | null | undefined): string {
  if (value === null || value === undefined) return UNKNOWN;
  const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
  return value.toLocaleString('en', { maximumFractionDigits: digits });
}

/** `12.3 MiB`. */
export function byteSize(bytes: number): string {
  const power = Math.min(4, bytes < 1 ? 0 : Math.floor(Math.log2(bytes) / 10));
  return `${amount(bytes / 1_024 ** power)} ${['B', 'KiB', 'MiB', 'GiB', 'TiB'][power]}`;
}

/** Labels and what they say, one below the other. */
export function aligned(lines: readonly (readonly [label: string, text: string])[]): string {
  const width = Math.max(...lines.map(([label]) => label.length));
  return lines.map(([label, text]) => `${label.padEnd(width)}  ${text}`).join('\n');
}

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
] as const;

export function duration(ms: number | null): string {
  if (ms === null) return UNKNOWN;
  const [unit, unitMs] = UNITS.find(([, length]) => ms >= length) ?? (['ms', 1] as const);
  return `${amount(ms / unitMs)} ${unit}`;
}
