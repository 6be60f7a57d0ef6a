import type { KeyPredicate } from '#shared/acting/keyPredicate.ts';
import { LARGER_BYTES, PREDICATE_SPAN_MS } from '#shared/acting/purgeLimits.ts';
import { valueFormats } from '#shared/look/valueFormat.ts';
import { type CliFlag, usageProblem } from '../../cliOptions.ts';
import { parseSpan } from './parseSpan.ts';

/** What each condition is said with. */
interface Condition {
  readonly flag: CliFlag;
  /** `text` is what stands after the flag. Throws `CliProblem`. */
  readonly read: (text: string) => KeyPredicate;
}

const conditions: { readonly [Is in KeyPredicate['is']]: Condition } = {
  withoutTtl: {
    flag: { flag: '--without-ttl', help: 'of these, keys without a TTL' },
    read: () => ({ is: 'withoutTtl' }),
  },
  larger: {
    flag: { flag: '--larger-than', value: 'SIZE', help: 'of these, keys of more memory, such as 512KiB' },
    read: (text) => ({ is: 'larger', thanBytes: bytesOf(text) }),
  },
  format: {
    flag: { flag: '--format', value: 'FORMAT', help: `of these, values that begin as ${valueFormats[0]}, …` },
    read: (text) => {
      const format = valueFormats.find((known) => known === text);
      if (format !== undefined) return { is: 'format', format };
      throw usageProblem(`${text} is no format; say one of ${valueFormats.join(', ')}.`);
    },
  },
  neverRead: {
    flag: { flag: '--never-read', help: 'of these, keys that were never read' },
    read: () => ({ is: 'neverRead' }),
  },
  older: {
    flag: {
      flag: '--older-than',
      value: 'SPAN',
      help: 'of these, keys that were stored longer ago, such as 7d',
    },
    read: (text) => ({ is: 'older', thanMs: spanOf(text) }),
  },
  idle: {
    flag: { flag: '--unused-for', value: 'SPAN', help: 'of these, keys that nobody read or wrote since' },
    read: (text) => ({ is: 'idle', forMs: spanOf(text) }),
  },
};

/** What keys of a pattern or a glob must be besides. */
export const predicateFlags: readonly CliFlag[] = Object.values(conditions).map(({ flag }) => flag);

/** All that were given; empty when none was. Throws `CliProblem`. */
export function predicatesOf(given: ReadonlyMap<string, string>): KeyPredicate[] {
  return Object.values(conditions).flatMap(({ flag, read }) => {
    const text = given.get(flag.flag);
    return text === undefined ? [] : [read(text)];
  });
}

const SIZE_BYTES: Readonly<Record<string, number>> = { B: 1, KiB: 1_024, MiB: 1_048_576, GiB: 1_073_741_824 };

function bytesOf(text: string): number {
  const [, digits = '', unit = ''] = /^(\d{1,10})(B|KiB|MiB|GiB)$/.exec(text) ?? [];
  const bytes = Number(digits) * (SIZE_BYTES[unit] ?? Number.NaN);
  if (bytes >= LARGER_BYTES.least && bytes <= LARGER_BYTES.most) return bytes;
  throw usageProblem(`${text} is no size from 1B to 1GiB; write it as 800B, 512KiB or 4MiB.`);
}

function spanOf(text: string): number {
  const ms = parseSpan(text);
  if (ms >= PREDICATE_SPAN_MS.least && ms <= PREDICATE_SPAN_MS.most) return ms;
  throw usageProblem(`${text} is no span from 1 s to 10 years; write it as 90s, 10m, 6h or 7d.`);
}
