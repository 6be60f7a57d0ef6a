import { valueFormatWords } from '#shared/look/valueFormat.ts';
import type { KeyPredicate } from './keyPredicate.ts';

/** After "keys": `without a TTL, larger than 10 KiB and never read`. */
export function describePredicates(predicates: readonly KeyPredicate[]): string {
  const words = predicates.map(describePredicate);
  const last = words.at(-1) ?? '';
  return words.length < 2 ? last : `${words.slice(0, -1).join(', ')} and ${last}`;
}

/** After "keys". */
function describePredicate(predicate: KeyPredicate): string {
  switch (predicate.is) {
    case 'withoutTtl':
      return 'without a TTL';
    case 'larger':
      return `larger than ${describeBytes(predicate.thanBytes)}`;
    case 'format':
      return `in the format ${valueFormatWords[predicate.format]}`;
    case 'neverRead':
      return 'never read';
    case 'older':
      return `stored over ${describeSpan(predicate.thanMs)} ago`;
    case 'idle':
      return `unused for ${describeSpan(predicate.forMs)}`;
  }
}

const sizes = [
  { bytes: 1_048_576, unit: 'MiB' },
  { bytes: 1_024, unit: 'KiB' },
] as const;

/** In the largest unit that it is a whole number of, so that nothing is rounded. */
function describeBytes(bytes: number): string {
  const size = sizes.find((candidate) => bytes % candidate.bytes === 0);
  if (size !== undefined) return `${bytes / size.bytes} ${size.unit}`;
  return bytes === 1 ? '1 byte' : `${bytes} bytes`;
}

const spans = [
  { ms: 86_400_000, unit: 'd' },
  { ms: 3_600_000, unit: 'h' },
  { ms: 60_000, unit: 'min' },
  { ms: 1_000, unit: 's' },
] as const;

function describeSpan(spanMs: number): string {
  const span = spans.find(({ ms }) => spanMs % ms === 0);
  return span === undefined ? `${spanMs} ms` : `${spanMs / span.ms} ${span.unit}`;
}
