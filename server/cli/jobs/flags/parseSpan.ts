const UNIT_MS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** `90s`, `10m`, `6h` or `7d` in ms; NaN for anything else. */
export function parseSpan(text: string): number {
  const [, digits = '', unit = ''] = /^(\d{1,6})(s|m|min|h|d)$/.exec(text) ?? [];
  return Number(digits) * (UNIT_MS[unit] ?? Number.NaN);
}
