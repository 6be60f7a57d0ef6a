import type { IndexType } from '../tagLayout.ts';

/** What TYPE says of an index whose members are the entries. */
export type EntrySetType = Exclude<IndexType, 'hash' | 'string'>;

/** The members of one page, without their scores. */
export function membersOf(indexType: EntrySetType, elements: readonly Buffer[]): readonly Buffer[] {
  return indexType === 'set' ? elements : elements.filter((_, place) => place % 2 === 0);
}

/** A key of a prefix, spelled as latin1, and of bytes. */
export function joined(prefix: string, rest: Buffer): Buffer {
  return prefix === '' ? rest : Buffer.concat([Buffer.from(prefix, 'latin1'), rest]);
}
