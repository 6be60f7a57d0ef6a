import type { LoadForecast } from '#shared/acting/loadForecast.ts';
import type { PurgePlan } from '#shared/acting/plan.ts';
import { describeFence } from '#shared/acting/planFence.ts';
import type { PurgeMethod } from '#shared/acting/purgeInput.ts';
import { printable } from '#shared/export/printable.ts';
import type { Estimate } from '#shared/statistics.ts';
import { aligned, amount, byteSize, duration, percent } from '../../textTable.ts';
import { fullCount } from '../jobText.ts';

const SAMPLE_KEYS_SHOWN = 5;
const PATTERNS_SHOWN = 20;
const BARS = '▁▂▃▄▅▆▇█';

/** What a purge will do: what matters most first, the same from a shell last. */
export function purgePlanText(plan: PurgePlan): string {
  return [
    printable(plan.title),
    '',
    ...plan.notes.map((note) => `Note: ${printable(note)}`),
    aligned(facts(plan)),
    '',
    ...patterns(plan),
    ...list('Such as', plan.sampleKeys.slice(0, SAMPLE_KEYS_SHOWN).map(printable)),
    ...list(
      'The largest',
      plan.largestKeys.map(({ key, bytes }) => `${printable(key)}  ${byteSize(bytes)}`),
    ),
    ...shell(plan.shellCommands),
  ].join('\n');
}

function facts(plan: PurgePlan): readonly (readonly [string, string])[] {
  const { keyCount, existingCount, bytes, expiringSoonRatio, keysPerSecond, method, whyMethod, undo, fence } =
    plan;
  return [
    [
      'keys',
      `${fullCount(keyCount)} found; the plan holds ${plan.isFrozenList ? 'their list' : 'the rule, with bounds'}`,
    ],
    ['of them exist', estimate(existingCount, (count) => fullCount(Math.round(count)))],
    ['bytes', estimate(bytes, byteSize)],
    ...(expiringSoonRatio === null
      ? []
      : [['go by themselves', `${percent(expiringSoonRatio)} of the sample, within 5 min`] as const]),
    ['how they go', [methodText(method), whyMethod].filter((text) => text !== '').join('; ')],
    [
      'takes',
      method.how === 'staged'
        ? duration(method.overMs)
        : `${duration((keyCount / keysPerSecond) * 1_000)} at ${fullCount(keysPerSecond)} keys/s`,
    ],
    ...loadFacts(plan.load),
    ['late batches', describeFence(fence)],
    ['undo', undo.state === 'kept' ? `kept for ${duration(undo.keptMs)} after the end` : `none. ${undo.why}`],
  ];
}

function methodText(method: PurgeMethod): string {
  switch (method.how) {
    case 'now':
      return 'at once';
    case 'soft':
      return 'marked as stale';
    case 'staged':
      return `in watched stages over ${duration(method.overMs)}`;
    case 'spread':
      return `spread over ${duration(method.overMs)}`;
  }
}

function estimate({ value, low, high, isExact }: Estimate, format: (value: number) => string): string {
  return isExact ? format(value) : `~${format(value)} (${format(low)} to ${format(high)})`;
}

function loadFacts(load: LoadForecast): readonly (readonly [string, string])[] {
  const { peakExtra, currentPerSecond, capacityPerSecond, halfOverMs, mostOverMs, whyUnknown } = load;
  const label = 'load on the source';
  if (peakExtra === null) return [[label, `not known. ${whyUnknown}`]];
  const rate = (perSecond: number) => `${amount(perSecond)}/s`;
  const over =
    halfOverMs === null || mostOverMs === null
      ? ''
      : `; half of it over after ${duration(halfOverMs)}, nine tenths after ${duration(mostOverMs)}`;
  return [
    [
      label,
      `${rate(peakExtra.perSecond)} more at its peak, at most ${rate(peakExtra.atMostPerSecond)}${over}`,
    ],
    [
      'the source',
      `${currentPerSecond === null ? 'its loads of now are not known' : `loads ${rate(currentPerSecond)} now`}; ${capacityPerSecond === null ? 'what it stands is not declared (--source-capacity)' : `stands ${rate(capacityPerSecond)}`}`,
    ],
    ...bars(load),
  ];
}

/** The forecast as one line of bars. */
function bars({ extraPerSecond, stepMs }: LoadForecast): readonly (readonly [string, string])[] {
  const highest = Math.max(0, ...extraPerSecond);
  if (highest === 0) return [];
  const line = extraPerSecond
    .map((perSecond) => BARS[Math.round((perSecond / highest) * (BARS.length - 1))])
    .join('');
  return [['', `${line} ${duration(extraPerSecond.length * stepMs)} from the start`]];
}

/** Those caught by accident first: at 3 am they are what matters. */
function patterns({ patterns: all }: PurgePlan): readonly string[] {
  const ordered = all.toSorted((one, other) => Number(other.isUnusual) - Number(one.isUnusual));
  const shown = ordered.slice(0, PATTERNS_SHOWN);
  const width = Math.max(0, ...shown.map(({ count }) => fullCount(count).length));
  const lines = shown.map(
    ({ pattern, count, isUnusual }) =>
      `${fullCount(count).padStart(width)}  ${printable(pattern)}${isUnusual ? '   <- rare here: meant?' : ''}`,
  );
  const rest = ordered.length - shown.length;
  return list('Patterns', rest > 0 ? [...lines, `and ${fullCount(rest)} more`] : lines);
}

/** Not indented, so that they can be copied as they are. */
function shell(commands: readonly string[]): readonly string[] {
  return commands.length === 0 ? [] : ['The same from a shell:', ...commands, ''];
}

function list(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...lines.map((line) => `  ${line}`), ''];
}
