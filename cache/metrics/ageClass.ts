/** Age classes of compared entries: the upper bound of each, ms. Ours: the usual TTLs stand in different ones. */
const AGE_CLASSES = [
  ['1m', 60_000],
  ['10m', 600_000],
  ['1h', 3_600_000],
  ['1d', 86_400_000],
] as const;

/** `1m`, `10m`, `1h` or `1d` for ages up to it, `older` past them, `unknown` for null. */
export function ageClassOf(ageMs: number | null): string {
  if (ageMs === null || Number.isNaN(ageMs)) return 'unknown';
  return AGE_CLASSES.find(([, maxMs]) => ageMs <= maxMs)?.[0] ?? 'older';
}
