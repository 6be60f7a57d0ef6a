import { meanRate, ratePerSecond, recentSteps, usualOf } from '#client/charts/seriesMath.ts';
import { formatPercent, formatRate, formatRateDelta } from '#client/lib/formatNumber.ts';
import { formatDuration } from '#client/lib/formatTime.ts';
import { judgeGrowth } from '../judgeFigures.ts';
import type { Figure, Overview } from '../overviewFacts.ts';
import type { WrongItem } from './wrongItem.ts';

/** Patterns that are named; the table below has them all. */
const MAX_PATTERNS = 2;

/** A pattern's loss of hit rate that is named, 0-1, and the misses per second that it must add. Ours. */
const PATTERN_DROP = 0.05;
const PATTERN_EXTRA_PER_SECOND = 1;

/** A pattern that had no look-ups before is named from this many misses per second on. Ours: new families are ordinary, costly ones are not. */
const NEW_EXTRA_PER_SECOND = 5;

/** Patterns that are new, lose hits, or are not looked up any more, against the time that they are compared with. */
export function patternItems(different: Differences, span: Overview['span']): readonly WrongItem[] {
  if (different === null) return [];
  const words = spanWords(different, span);
  const missing: readonly WrongItem[] = different.patterns
    .filter(
      (entry) =>
        entry.extraMissesPerSecond >= PATTERN_EXTRA_PER_SECOND &&
        (isNew(entry) || drop(entry) >= PATTERN_DROP),
    )
    .slice(0, MAX_PATTERNS)
    .map((entry) => ({
      id: `pattern ${entry.pattern}`,
      severity: isNew(entry) ? 'warning' : 'critical',
      title: isNew(entry) ? 'New pattern that misses:' : 'Loses hits:',
      subject: entry.pattern,
      detail: patternDetail(entry, words),
      impact: { value: formatRateDelta(entry.extraMissesPerSecond), unit: 'misses' },
      next: { label: 'Open pattern', to: '/pattern', pattern: entry.pattern },
    }));
  return [...missing, ...lostItems(different, words)];
}

/** Look-ups per second that a pattern had, and the share of them that is left, from which on it is called lost. Ours. */
const LOST_FROM_PER_SECOND = 1;
const LOST_RATIO = 0.1;

/** Beside a new pattern, one that nobody looks up any more is its old name more often than not. */
function lostItems({ patterns }: NonNullable<Differences>, words: SpanWords): readonly WrongItem[] {
  return patterns
    .filter(
      ({ lookupsPerSecond, lookupsPerSecondBefore }) =>
        lookupsPerSecondBefore >= LOST_FROM_PER_SECOND &&
        lookupsPerSecond < lookupsPerSecondBefore * LOST_RATIO,
    )
    .sort((a, b) => b.lookupsPerSecondBefore - a.lookupsPerSecondBefore)
    .slice(0, MAX_PATTERNS)
    .map(({ pattern, lookupsPerSecond, lookupsPerSecondBefore }) => ({
      id: `lost ${pattern}`,
      severity: 'warning',
      title: lookupsPerSecond > 0 ? 'Hardly looked up any more:' : 'Not looked up any more:',
      subject: pattern,
      detail: `${formatRate(lookupsPerSecond)} look-ups ${words.now}, ${formatRate(lookupsPerSecondBefore)} ${words.before}.`,
      impact: { value: formatRateDelta(lookupsPerSecond - lookupsPerSecondBefore), unit: 'look-ups' },
      next: { label: 'Open pattern', to: '/pattern', pattern },
    }));
}

type Differences = Overview['different'];
type Difference = NonNullable<Differences>['patterns'][number];

interface SpanWords {
  readonly now: string;
  readonly before: string;
}

function spanWords({ over, against }: NonNullable<Differences>, span: Overview['span']): SpanWords {
  const isWhole = over.fromMs <= span.fromMs;
  return {
    now: isWhole ? 'over the span' : `in the last ${formatDuration(over.toMs - over.fromMs)}`,
    before: against === 'spanBefore' ? 'in the span before' : 'earlier in this span',
  };
}

function isNew(entry: Difference): boolean {
  return entry.hitRatioBefore === null && entry.extraMissesPerSecond >= NEW_EXTRA_PER_SECOND;
}

function drop(entry: Difference): number {
  return entry.hitRatio === null || entry.hitRatioBefore === null ? 0 : entry.hitRatioBefore - entry.hitRatio;
}

function patternDetail(entry: Difference, words: SpanWords): string {
  const now = entry.hitRatio === null ? 'not known' : formatPercent(entry.hitRatio);
  if (entry.hitRatioBefore === null)
    return `Hit rate ${now} ${words.now}; it had no look-ups ${words.before}.`;
  return `Hit rate ${now} ${words.now}, ${formatPercent(entry.hitRatioBefore)} ${words.before}.`;
}

/**
 * Patterns that are loaded more than is usual in this span. Only where nothing is compared: else `patternItems` knows
 * better.
 */
export function patternLoadItems({
  loadsByPattern,
  different,
  traffic,
  span,
}: Overview): readonly WrongItem[] {
  const isUsualKnown = usualOf(ratePerSecond(traffic.loads, traffic.coveredMs), span) !== null;
  if (different !== null || !isUsualKnown) return [];
  return loadsByPattern
    .flatMap(({ pattern, loads }): readonly WrongItem[] => {
      const rate = ratePerSecond(loads, traffic.coveredMs);
      // A pattern that was not there yet was loaded zero times.
      const figure: Figure = {
        now: meanRate(recentSteps(loads, span), recentSteps(traffic.coveredMs, span)),
        before: usualOf(rate, span) ?? 0,
        basis: 'thisSpan',
      };
      const severity = judgeGrowth(figure);
      if (pattern === OTHER || severity === undefined || figure.now === null || figure.before === null)
        return [];
      return [
        {
          id: `pattern ${pattern}`,
          severity: 'warning',
          title: 'More is loaded of',
          subject: pattern,
          detail: `${formatRate(figure.now)} in the last minute, ${formatRate(figure.before)} is usual in this span.`,
          impact: { value: formatRateDelta(figure.now - figure.before), unit: 'source calls' },
          next: { label: 'Open pattern', to: '/pattern', pattern },
        },
      ];
    })
    .slice(0, MAX_PATTERNS);
}

/** What the server calls the sum of all other patterns. */
const OTHER = 'other';
