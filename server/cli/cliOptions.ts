import type { Compare, TimeRange } from '#shared/timeRange.ts';
import { compareSchema, timeRangeSchema } from '#shared/timeRangeSchema.ts';
import { CliProblem } from './cliProblem.ts';

export interface CliOptions {
  readonly url: string;
  readonly isJson: boolean;
  readonly isHelp: boolean;
  readonly range: TimeRange;
  readonly compare: Compare;
}

export const optionsHelp = `  --json           what the API answers, as JSON
  --url URL        the running server (default: http://127.0.0.1:7676)
  --last RANGE     15m, 1h, 6h, 24h, 7d or 30d (default: 1h)
  --from, --to T   a fixed range instead, such as 2026-03-02T10:00Z
  --compare WITH   none, before, yesterday or lastWeek (default: none)`;

const VALUES = ['--url', '--last', '--from', '--to', '--compare'];
const SWITCHES = ['--json', '--help', '-h'];

/** The words after the command. Throws `CliProblem`. */
export function parseCliOptions(words: readonly string[]): CliOptions {
  const given = gather(words);
  return {
    url: urlOf(given.get('--url') ?? 'http://127.0.0.1:7676'),
    isJson: given.has('--json'),
    isHelp: given.has('--help') || given.has('-h'),
    range: rangeOf(given),
    compare: compareOf(given.get('--compare') ?? 'none'),
  };
}

function gather(words: readonly string[]): ReadonlyMap<string, string> {
  const given = new Map<string, string>();
  const rest = [...words];
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    const [flag = '', ...inline] = word.split('=');
    const known = [...VALUES, ...SWITCHES].includes(flag);
    if (!known) throw wrong(`${word} is not known.`);
    if (given.has(flag)) throw wrong(`${flag} is given twice.`);
    const value = SWITCHES.includes(flag) ? 'true' : inline.length > 0 ? inline.join('=') : rest.shift();
    if (value === undefined) throw wrong(`${flag} needs a value.`);
    given.set(flag, value);
  }
  return given;
}

function urlOf(text: string): string {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol)) throw wrong(`${text} is no http:// address.`);
  return text;
}

function rangeOf(given: ReadonlyMap<string, string>): TimeRange {
  const [last, from, to] = ['--last', '--from', '--to'].map((flag) => given.get(flag));
  if ((from === undefined) !== (to === undefined)) throw wrong('--from and --to belong together.');
  if (from === undefined || to === undefined) return checkRange({ last: last ?? '1h' }, last ?? '1h');
  if (last !== undefined) throw wrong('Say --last, or --from and --to.');
  return checkRange({ fromMs: instantOf(from), toMs: instantOf(to) }, `${from} to ${to}`);
}

function checkRange(range: unknown, shown: string): TimeRange {
  const parsed = timeRangeSchema.safeParse(range);
  if (parsed.success) return parsed.data;
  throw wrong(`${shown} is no range: say --last 15m, 1h, 6h, 24h, 7d or 30d, or --from before --to.`);
}

/** Epoch ms, or a time as ISO 8601 writes it. */
function instantOf(text: string): number {
  const atMs = /^\d+$/.test(text) ? Number(text) : Date.parse(text);
  if (Number.isSafeInteger(atMs)) return atMs;
  throw wrong(`${text} is no time; write it as 2026-03-02T10:00Z.`);
}

function compareOf(text: string): Compare {
  const parsed = compareSchema.safeParse(text);
  if (parsed.success) return parsed.data;
  throw wrong(`${text} is nothing to compare with; say none, before, yesterday or lastWeek.`);
}

function wrong(text: string): CliProblem {
  return new CliProblem(text, { isUsage: true });
}
