import { costColumns } from './costColumns.tsx';
import { keyColumns } from './keyColumns.tsx';
import { originColumns } from './originColumns.tsx';
import type { PatternColumn } from './patternColumn.ts';
import { nameColumn, trafficColumns } from './trafficColumns.tsx';

/** Every column there is, in the order of the table; the first names the row. */
export function patternColumns(isPhone: boolean): readonly PatternColumn[] {
  return [nameColumn(isPhone), ...trafficColumns, ...costColumns, ...keyColumns, ...originColumns];
}

/** Left out until they are chosen: what others say already, or few ask for. */
const RARE: readonly PatternColumn['id'][] = [
  'probe',
  'before',
  'saved',
  'loads',
  'loadMs',
  'size',
  'services',
  'from',
];
/** On a phone: what is wrong, and how much it costs. */
const PHONE: readonly PatternColumn['id'][] = ['pattern', 'hitRate', 'delta', 'misses', 'extra'];

const WIDE = patternColumns(false)
  .map(({ id }) => id)
  .filter((id) => !RARE.includes(id));

/** With what a probe measured, where one did. */
function probed(usual: readonly PatternColumn['id'][]): readonly PatternColumn['id'][] {
  return patternColumns(false)
    .map(({ id }) => id)
    .filter((id) => id === 'probe' || usual.includes(id));
}
const WIDE_PROBED = probed(WIDE);
const PHONE_PROBED = probed(PHONE);

/** Ids of the columns that are shown while the address names none. */
export function usualColumns(isPhone: boolean, isProbed = false): readonly PatternColumn['id'][] {
  if (isPhone) return isProbed ? PHONE_PROBED : PHONE;
  return isProbed ? WIDE_PROBED : WIDE;
}
