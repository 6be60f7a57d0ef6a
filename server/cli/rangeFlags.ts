import type { Compare, TimeRange } from '#shared/timeRange.ts';
import { compareSchema, timeRangeSchema } from '#shared/timeRangeSchema.ts';
import { type CliFlag, usageProblem } from './cliOptions.ts';

type Given = ReadonlyMap<string, string>;

export const rangeFlags: readonly CliFlag[] = [
  { flag: '--last', value: 'RANGE', help: '15m, 1h, 6h, 24h, 7d or 30d (default: 1h)' },
  { flag: '--from', value: 'TIME', help: 'a fixed range instead, such as 2026-03-02T10:00Z; with --to' },
  { flag: '--to', value: 'TIME', help: 'the end of a fixed range' },
];

export const compareFlag: CliFlag = {
  flag: '--compare',
  value: 'WITH',
  help: 'none, before, yesterday or lastWeek (default: none)',
};

/** Throws `CliProblem`. */
export function rangeOf(given: Given): TimeRange {
  const [last, from, to] = ['--last', '--from', '--to'].map((flag) => given.get(flag));
  if ((from === undefined) !== (to === undefined)) throw usageProblem('--from and --to belong together.');
  if (from === undefined || to === undefined) return checkRange({ last: last ?? '1h' }, last ?? '1h');
  if (last !== undefined) throw usageProblem('Say --last, or --from and --to.');
  return checkRange({ fromMs: instantOf(from), toMs: instantOf(to) }, `${from} to ${to}`);
}

function checkRange(range: unknown, shown: string): TimeRange {
  const parsed = timeRangeSchema.safeParse(range);
  if (parsed.success) return parsed.data;
  throw usageProblem(`${shown} is no range: say --last 15m, 1h, 6h, 24h, 7d or 30d, or --from before --to.`);
}

/** Epoch ms, or a time as ISO 8601 writes it. Throws `CliProblem`. */
export function instantOf(text: string): number {
  const atMs = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isSafeInteger(atMs)) return atMs;
  throw usageProblem(`${text} is no time; write it as 2026-03-02T10:00Z.`);
}

/** Throws `CliProblem`. */
export function compareOf(given: Given): Compare {
  const text = given.get('--compare') ?? 'none';
  const parsed = compareSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw usageProblem(`${text} is nothing to compare with; say none, before, yesterday or lastWeek.`);
}
