import type { KeyFacts, KeyPage, KeyStream } from '#server/redis/keyStream.ts';

export interface FakeKeys {
  /** Names of the database, in the order of a walk. */
  names: string[];
  /** Called before each page is answered. */
  onPage: () => void;
  readonly cursors: string[];
}

/** A key stream over a list of names: a cursor is a place in the list, taken modulo its length as SCAN masks it. */
export function fakeKeyStream(names: readonly string[]): {
  stream: Pick<KeyStream, 'keyCount' | 'readPage'>;
  fake: FakeKeys;
} {
  const fake: FakeKeys = { names: [...names], onPage: () => {}, cursors: [] };
  return {
    fake,
    stream: {
      keyCount: async () => fake.names.length,
      async readPage(cursor, count): Promise<KeyPage> {
        fake.cursors.push(cursor);
        fake.onPage();
        const from = Number(BigInt(cursor) % BigInt(Math.max(1, fake.names.length)));
        const to = from + count;
        const keys = fake.names.slice(from, to).map(factsOf);
        return { nextCursor: to >= fake.names.length ? '0' : String(to), keys, goneCount: 0, deniedCount: 0 };
      },
    },
  };
}

function factsOf(name: string): KeyFacts {
  return { key: new TextEncoder().encode(name), ttlMs: null, type: 'string', bytes: 60 };
}
