import { formatCount, formatRate } from '#client/lib/formatNumber.ts';
import { formatDuration } from '#client/lib/formatTime.ts';
import type { LoadForecast } from '#shared/acting/loadForecast.ts';
import type { PurgeMethod, PurgeSelection } from '#shared/acting/purgeInput.ts';

/** What a purge is of, in a few words. */
export function selectionName(selection: PurgeSelection): string {
  switch (selection.by) {
    case 'tag':
      return selection.tagKey;
    case 'tags': {
      const [first, ...others] = selection.tags;
      const word = selection.match === 'any' ? 'any' : 'all';
      return `${word} of ${first?.tagKey ?? ''} and ${formatCount(others.length)} more`;
    }
    case 'keys': {
      const [first = '', ...others] = selection.keys;
      return others.length === 0 ? first : `${first} and ${formatCount(others.length)} more`;
    }
    case 'pattern':
      return selection.pattern;
    case 'glob':
      return selection.glob;
    case 'letter':
      return `dead letter ${selection.id} of ${selection.service}`;
  }
}

const MINUTE_MS = 60_000;

/** Times over which the page offers to stage or to spread a purge. */
const purgeSpans: readonly { readonly overMs: number; readonly text: string }[] = [
  { overMs: MINUTE_MS, text: '1 min' },
  { overMs: 10 * MINUTE_MS, text: '10 min' },
  { overMs: 60 * MINUTE_MS, text: '1 h' },
  { overMs: 6 * 60 * MINUTE_MS, text: '6 h' },
];

/** The choice of a method as a value of a list, and back. */
export function methodValue(method: PurgeMethod): string {
  return 'overMs' in method ? `${method.how} ${method.overMs}` : method.how;
}

export function parseMethod(value: string): PurgeMethod {
  const [how, overMs] = value.split(' ');
  if (how === 'soft') return { how };
  if (how !== 'staged' && how !== 'spread') return { how: 'now' };
  return { how, overMs: Number(overMs) };
}

/** At once, the usual spans of the other methods, and the one that the plan has where it is another. */
export function methodOptions(
  method: PurgeMethod,
): readonly { readonly value: string; readonly text: string }[] {
  const options = [{ how: 'now' } as const, ...slowMethods].map((one) => ({
    value: methodValue(one),
    text: methodText(one),
  }));
  const own = methodValue(method);
  const isListed = options.some(({ value }) => value === own);
  return isListed ? options : [...options, { value: own, text: methodText(method) }];
}

/** What is gentler to the source than removing at once, for all spans. */
export const slowMethods: readonly PurgeMethod[] = [
  { how: 'soft' },
  ...(['staged', 'spread'] as const).flatMap((how) => purgeSpans.map(({ overMs }) => ({ how, overMs }))),
];

/** After "The keys go" or "Plan it". */
export function methodText(method: PurgeMethod): string {
  if (method.how === 'now') return 'at once';
  if (method.how === 'soft') return 'stale, and are served until loaded anew';
  const span =
    purgeSpans.find(({ overMs }) => overMs === method.overMs)?.text ?? formatDuration(method.overMs);
  return method.how === 'staged' ? `in watched stages over ${span}` : `spread over ${span}`;
}

/** What the purge asks of the source, in sentences; the first says the most. */
export function describeLoad(load: LoadForecast, method: PurgeMethod): readonly string[] {
  const { peakExtra, capacityPerSecond, currentPerSecond, halfOverMs, mostOverMs } = load;
  if (peakExtra === null) {
    return [`What this asks of the source is not known. ${load.whyUnknown}`];
  }
  const most =
    peakExtra.atMostPerSecond > peakExtra.perSecond * 1.05
      ? `, at most ${formatRate(peakExtra.atMostPerSecond)}`
      : '';
  const when = whenMost[method.how];
  const over =
    halfOverMs === null || mostOverMs === null
      ? ''
      : `Half of it is over after ${formatDuration(halfOverMs)}, nine tenths after ${formatDuration(mostOverMs)}.`;
  const now = currentPerSecond === null ? '' : `It loads ${formatRate(currentPerSecond)} now`;
  const capacity =
    capacityPerSecond === null
      ? `${now === '' ? '' : `${now}. `}What it stands is not declared (--source-capacity).`
      : `${now === '' ? 'It' : `${now} and`} stands ${formatRate(capacityPerSecond)}.`;
  return [
    `About ${formatRate(peakExtra.perSecond)} more loads from the source ${when}${most}.`,
    over,
    capacity,
  ].filter((sentence) => sentence !== '');
}

const whenMost: Record<PurgeMethod['how'], string> = {
  now: 'in the first second',
  soft: 'in the first second, while readers get the old values',
  staged: 'in the last stage',
  spread: 'at the end of the span',
};

/** Bars of the forecast: heights 0-1 of the highest. */
export function loadBars({ extraPerSecond }: LoadForecast): readonly number[] {
  const highest = Math.max(...extraPerSecond);
  return highest > 0 ? extraPerSecond.map((perSecond) => perSecond / highest) : [];
}
