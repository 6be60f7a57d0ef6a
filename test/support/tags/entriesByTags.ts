import type { TestLibrary } from './startLibrary.ts';

/** Entries by their tags, of which `users` is purged. */
const entries = [
  ['a', ['users', 'staff']],
  ['b', ['users']],
  ['c', ['staff']],
  ['d', []],
] as const;

export async function writeEntries(library: TestLibrary): Promise<void> {
  for (const [key, tags] of entries) await library.write(key, tags);
}

/** The entries that the library finds. */
export async function readHits(library: TestLibrary): Promise<readonly string[]> {
  const found: string[] = [];
  for (const [key] of entries) if (await library.read(key)) found.push(key);
  return found;
}
