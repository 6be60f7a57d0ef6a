import { formatBytes, formatCount, formatPercent } from '#client/lib/formatNumber.ts';
import { formatDateTime, formatDuration } from '#client/lib/formatTime.ts';
import type { EntryFacts, FormatConfidence, KeyFacts, KeyInspection } from '#shared/keys/keyInspection.ts';
import { valueFormatWords } from '#shared/look/valueFormat.ts';
import type { Reading, Unknown } from '#shared/reading.ts';

export interface KeyFact {
  readonly label: string;
  /** Or why it is not known. */
  readonly value: string | Unknown;
  /** Where it is from, or what it means. */
  readonly basis: string;
}

function fact<T>(label: string, reading: Reading<T>, words: (value: T) => Omit<KeyFact, 'label'>): KeyFact {
  return reading.state === 'known'
    ? { label, ...words(reading.value) }
    : { label, value: reading, basis: '' };
}

const confidenceWords: Record<FormatConfidence, string> = {
  certain: 'certain',
  likely: 'likely, by its first bytes',
  guess: 'a guess from its first bytes',
};

export function prepareFacts(facts: KeyFacts, readAtMs: number): readonly KeyFact[] {
  return [
    fact('Type', facts.type, (value) => ({ value, basis: 'TYPE' })),
    fact('TTL left', facts.ttl, ({ leftMs }) =>
      leftMs === null
        ? { value: 'none', basis: 'it never expires by itself' }
        : { value: formatDuration(leftMs), basis: `expires ${formatDateTime(readAtMs + leftMs)}` },
    ),
    fact('Memory', facts.bytes, (bytes) => ({
      value: formatBytes(bytes),
      basis: 'MEMORY USAGE: name, value and overhead',
    })),
    fact('Length', facts.length, ({ count, unit }) => ({
      value: unit === 'bytes' ? formatBytes(count) : `${formatCount(count)} ${unit}`,
      basis: unit === 'bytes' ? 'of the value' : '',
    })),
    fact('Encoding', facts.encoding, (value) => ({ value, basis: 'how Redis holds it' })),
    fact('Last used', facts.use, (use) =>
      use.kind === 'idle'
        ? {
            value: `${formatDuration(use.idleMs)} ago`,
            basis: use.isOurs ? 'by an earlier look of this page' : 'read or written, by anybody',
          }
        : { value: `counter ${use.frequency}`, basis: 'of 255, logarithmic: the policy is LFU' },
    ),
    facts.content === null
      ? { label: 'Format', value: 'not read', basis: 'the first bytes of a value need the role inspector' }
      : fact('Format', facts.content, ({ format, confidence, entry }) => ({
          value: valueFormatWords[format],
          basis: `${confidenceWords[confidence]}${entry === null ? '' : '; of the payload'}`,
        })),
  ];
}

/** What the header of an entry of our library says, as the service's clock had it. */
export function prepareEntry(entry: EntryFacts, readAtMs: number): readonly KeyFact[] {
  const { softExpiryAtMs, storedAtMs, loadMs, version, ownerHash } = entry;
  return [
    { label: 'State', value: stateText(entry), basis: stateBasis(entry, readAtMs) },
    {
      label: 'Stored',
      value: `${formatDuration(Math.max(0, readAtMs - storedAtMs))} ago`,
      basis: formatDateTime(storedAtMs),
    },
    {
      label: 'Fresh until',
      value: softExpiryAtMs === 0 ? 'marked as stale' : formatDateTime(softExpiryAtMs),
      basis: 'then it is served while it is loaded anew',
    },
    { label: 'Load took', value: formatDuration(loadMs), basis: 'of the source' },
    {
      label: 'Version',
      value: version === null ? 'none' : formatCount(version),
      basis: version === null ? 'the family has no versions' : 'in the source',
    },
    {
      label: 'Owner',
      value: ownerHash === null ? 'nobody in particular' : `hash ${ownerHash}`,
      basis: ownerHash === null ? 'any caller may be served it' : 'served to this owner alone',
    },
  ];
}

const freshnessWords: Record<EntryFacts['freshness'], string> = {
  fresh: 'fresh',
  stale: 'stale',
  markedStale: 'marked as stale',
};

function stateText({ freshness, isNegative }: EntryFacts): string {
  return isNegative ? `negative, ${freshnessWords[freshness]}` : freshnessWords[freshness];
}

function stateBasis({ freshness, isNegative, softExpiryAtMs }: EntryFacts, readAtMs: number): string {
  const negative = isNegative ? 'the source has no such thing; ' : '';
  if (freshness === 'fresh') return `${negative}for ${formatDuration(softExpiryAtMs - readAtMs)} more`;
  if (freshness === 'markedStale') return `${negative}by an invalidation`;
  return `${negative}since ${formatDuration(readAtMs - softExpiryAtMs)}`;
}

/** Of its pattern: the hit rate, or why none is known. */
export function patternFact({ pattern }: KeyInspection): KeyFact {
  return fact('Hit rate of its pattern', pattern.hitRatio, (ratio) => ({
    value: formatPercent(ratio),
    basis: 'over the last minute',
  }));
}
