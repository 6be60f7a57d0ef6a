import { formatCount, formatPercent, formatProportionInterval } from '#client/lib/formatNumber.ts';
import { formatDuration } from '#client/lib/formatTime.ts';
import type { RouterOutputs } from '#client/lib/routerOutputs.ts';
import {
  LOOK_KEY_COUNT,
  LOOK_SHAPE_BYTES,
  LOOK_VALUE_BYTES,
  LOOK_VALUE_COUNT,
} from '#shared/look/patternLook.ts';
import { valueFormatWords } from '#shared/look/valueFormat.ts';
import { wilson } from '#shared/statistics.ts';

type LookReading = RouterOutputs['patterns']['look'];
export type Look = Extract<LookReading, { state: 'known' }>['value'];
type KnownValue<Part extends keyof Look> =
  Extract<Look[Part], { state: 'known' }> extends { value: infer Value } ? Value : never;

/** What a look costs, said before it is taken. */
export const LOOK_COST = [
  `Asks up to ${LOOK_KEY_COUNT} sampled keys for their TTL and when they were last used, and reads the first ${LOOK_VALUE_BYTES} bytes of ${LOOK_VALUE_COUNT} values (of JSON objects ${LOOK_SHAPE_BYTES / 1_024} KiB).`,
  `Redis counts up to ${2 * LOOK_KEY_COUNT + 2 * LOOK_VALUE_COUNT} look-ups for it; they are subtracted from its hit rate.`,
  `Before Redis 7.2 it makes those ${LOOK_VALUE_COUNT} keys look used just now, which delays their eviction under LRU and LFU.`,
  'The server keeps the kind of each value, never its bytes.',
] as const;

export interface FormatBar {
  readonly id: string;
  readonly label: string;
  readonly ratio: number;
  /** `18 of 20`. */
  readonly text: string;
  readonly interval: string;
}

export interface FormatModel {
  readonly bars: readonly FormatBar[];
  /** About the fields of JSON objects; empty when there are none. */
  readonly notes: readonly string[];
}

/** The mix of formats, most frequent first. */
export function prepareFormats(mix: KnownValue<'formats'>): FormatModel {
  const { shares, sampledCount, shapes, unshapedCount } = mix;
  const bars = shares.map(({ type, format, isLibraryEntry, count }) => {
    const share = wilson(count, sampledCount);
    return {
      id: `${type} ${format} ${isLibraryEntry}`,
      label: formatLabel({ type, format, isLibraryEntry }),
      ratio: share?.ratio ?? 0,
      text: `${formatCount(count)} of ${formatCount(sampledCount)}`,
      interval: share === null ? '' : formatProportionInterval(share),
    };
  });
  const shapedCount = shapes.reduce((sum, { count }) => sum + count, 0);
  const notes = [
    ...(shapes.length === 1
      ? [
          `All ${formatCount(shapedCount)} JSON objects that were read whole have the same ${fields(shapes[0])}.`,
        ]
      : []),
    ...(shapes.length > 1
      ? [
          `JSON objects have ${shapes.length} different sets of fields: ${shapes
            .map((shape) => `${formatCount(shape.count)} × ${fields(shape)} (${shape.hash})`)
            .join(', ')}.`,
        ]
      : []),
    ...(unshapedCount > 0
      ? [`${formatCount(unshapedCount)} longer than ${LOOK_SHAPE_BYTES / 1_024} KiB were not looked into.`]
      : []),
  ];
  return { bars, notes };
}

type Share = KnownValue<'formats'>['shares'][number];

/** What a value is, in a few words: `JSON`, `JSON in entries of cachescope/cache`, `hash`. */
function formatLabel({ type, format, isLibraryEntry }: Omit<Share, 'count'>): string {
  if (format === null) return type;
  if (!isLibraryEntry) return valueFormatWords[format];
  return format === 'empty'
    ? '“not found”, kept by cachescope/cache'
    : `${valueFormatWords[format]} in entries of cachescope/cache`;
}

function fields(shape: { readonly fieldCount: number } | undefined): string {
  const count = shape?.fieldCount ?? 0;
  return count === 1 ? '1 field' : `${formatCount(count)} fields`;
}

export interface LookFact {
  readonly label: string;
  /** Null = not known; the basis says why. */
  readonly value: string | null;
  readonly basis: string;
}

/** When keys were last used, and whether ever. */
export function prepareUse({ neverRead, idle }: Look): readonly LookFact[] {
  return [
    neverRead.state === 'known'
      ? neverReadFact(neverRead.value)
      : { label: 'Never read', value: null, basis: neverRead.detail },
    ...(idle.state === 'known'
      ? [
          idleFact('Unused for, p50', idle.value.p50Ms, idle.value.sampledCount),
          idleFact('Unused for, p90', idle.value.p90Ms, idle.value.sampledCount),
        ]
      : [{ label: 'Unused for', value: null, basis: idle.detail }]),
  ];
}

function idleFact(label: string, ms: number, sampledCount: number): LookFact {
  return {
    label,
    value: formatDuration(ms),
    basis: `since read or written; ${formatCount(sampledCount)} keys`,
  };
}

function neverReadFact(value: KnownValue<'neverRead'>): LookFact {
  const { basis, share, neverReadCount, judgedCount } = value;
  const isByTime = basis === 'idleTime';
  const leftOut = [
    [value.unknownAgeCount, 'of unknown age'],
    [value.youngCount, 'too young'],
    [value.touchedCount, 'last used by our own look'],
  ] as const;
  const others = leftOut.flatMap(([count, why]) => (count > 0 ? [`${formatCount(count)} ${why}`] : []));
  const rest = others.length === 0 ? '' : `; left out: ${others.join(', ')}`;
  return {
    label: isByTime ? 'Never read' : 'Never or seldom read',
    value: `~${formatPercent(share.ratio)}`,
    basis: `${formatCount(neverReadCount)} of ${formatCount(judgedCount)} keys by ${isByTime ? 'idle time against age' : 'LFU counter (5 or less)'}, ${formatProportionInterval(share)}${rest}`,
  };
}

/** What was asked, and what it did to the keys. */
export function prepareLookBasis(look: Look): string {
  const { keyCount, goneCount, deniedCount, lookupCount, isTouching } = look;
  const parts = [
    ...(goneCount > 0 ? [`${formatCount(goneCount)} gone since the sample`] : []),
    ...(deniedCount > 0 ? [`${formatCount(deniedCount)} not permitted`] : []),
    `${formatCount(lookupCount)} look-ups of ours subtracted`,
    isTouching ? 'the keys whose values were read look used just now' : 'idle times left as they were',
  ];
  return `${formatCount(keyCount)} keys asked; ${parts.join('; ')}.`;
}
