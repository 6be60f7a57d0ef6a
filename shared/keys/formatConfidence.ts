import type { ValueFormat } from '#shared/look/valueFormat.ts';
import type { FormatConfidence } from './keyInspection.ts';

const BY_MAGIC: ReadonlySet<ValueFormat> = new Set([
  ...(['gzip', 'zstd', 'lz4', 'java', 'hyperLogLog', 'empty'] as const),
]);
const BY_WHOLE_TEXT: ReadonlySet<ValueFormat> = new Set(['json', 'number']);
const GUESSED: ReadonlySet<ValueFormat> = new Set(['protobuf', 'random', 'binary']);

/** How sure a format is that was told from the start of a value. `isWhole`: the start is all of it. */
export function formatConfidence(format: ValueFormat, isWhole: boolean): FormatConfidence {
  if (BY_MAGIC.has(format) || (isWhole && BY_WHOLE_TEXT.has(format))) return 'certain';
  return GUESSED.has(format) ? 'guess' : 'likely';
}
