import type { Estimate, Proportion } from '#shared/statistics.ts';

/** Shown for what is not known; the reason stands beside it or in its label. */
export const UNKNOWN_TEXT = '–';

const MINUS = '\u2212';
/** Narrow no-break space: a number and its unit stay on one line. */
const GAP = '\u202f';

const wholeNumber = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const compactNumber = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 });
const decimals = [0, 1, 2].map(
  (digits) => new Intl.NumberFormat('en', { minimumFractionDigits: digits, maximumFractionDigits: digits }),
);

function fixed(value: number, digits: 0 | 1 | 2): string {
  const text = decimals[digits]?.format(Math.abs(value)) ?? '';
  return value < 0 && !/^[0.,]*$/.test(text) ? `${MINUS}${text}` : text;
}

/** `48,210`: the full number. */
export function formatCount(value: number): string {
  return fixed(value, 0);
}

/** `9,812`, `48.2K`, `3.1M`: for tight places; the full number belongs on hover. */
export function formatCompact(value: number): string {
  return Math.abs(value) < 10_000 ? wholeNumber.format(value) : compactNumber.format(value);
}

/**
 * A ratio 0-1 as percent without the sign: one decimal, two above 99 %. Never rounded up to 100 or down to 0, because
 * 99.999 % of a million is not all of it.
 */
export function formatPercentNumber(ratio: number): string {
  const percent = ratio * 100;
  if (percent > 0 && percent < 0.05) return '<0.1';
  if (percent > 99 && percent < 100) return fixed(Math.min(percent, 99.99), 2);
  return fixed(percent, percent === 100 || percent === 0 ? 0 : 1);
}

export function formatPercent(ratio: number): string {
  return `${formatPercentNumber(ratio)}${GAP}%`;
}

/** A difference of two ratios in percentage points: `+1.2 pp`. */
export function formatPoints(deltaRatio: number): string {
  return `${signed(deltaRatio * 100, (value) => fixed(value, 1))}${GAP}pp`;
}

/** With `+` or the minus sign; a value that prints as zero has none. */
export function signed(value: number, format: (magnitude: number) => string): string {
  const text = format(Math.abs(value));
  if (/^[0.,]*$/.test(text.replace(/\D+$/, ''))) return text;
  return `${value < 0 ? MINUS : '+'}${text}`;
}

/** A rate without its unit, for columns that name it: three digits that mean something. */
export function formatRateNumber(perSecond: number): string {
  const size = Math.abs(perSecond);
  if (size > 0 && size < 0.005) return '<0.01';
  if (size === 0 || size >= 99.95) return fixed(perSecond, 0);
  return fixed(perSecond, size >= 9.995 ? 1 : 2);
}

export function formatRate(perSecond: number): string {
  return `${formatRateNumber(perSecond)}/s`;
}

export function formatRateDelta(perSecond: number): string {
  return `${signed(perSecond, formatRateNumber)}/s`;
}

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB'];

/** IEC units, as Redis prints them. */
export function formatBytes(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 1_023.95 && unit < BYTE_UNITS.length - 1) {
    value /= 1_024;
    unit += 1;
  }
  const digits = unit === 0 || Math.abs(value) >= 99.95 ? 0 : 1;
  return `${fixed(value, digits)}${GAP}${BYTE_UNITS[unit] ?? ''}`;
}

export function formatBytesRate(bytesPerSecond: number): string {
  return `${formatBytes(bytesPerSecond)}/s`;
}

export interface EstimateText {
  /** `48,210`, or `~48.2K` when it is estimated. */
  readonly text: string;
  /** `exact`, or the interval: `47.9K to 48.5K (95 %)`. */
  readonly interval: string;
}

export function formatEstimate(estimate: Estimate, format: (value: number) => string): EstimateText {
  if (estimate.isExact) return { text: format(estimate.value), interval: 'exact' };
  const interval = `${format(estimate.low)} to ${format(estimate.high)} (95${GAP}%)`;
  return { text: `~${format(estimate.value)}`, interval };
}

/** The interval of a measured share: `93.1 % to 94.8 % (95 %)`. */
export function formatProportionInterval(share: Proportion): string {
  return `${formatPercent(share.low)} to ${formatPercent(share.high)} (95${GAP}%)`;
}
