import type { KeyFacts, KeyPage, KeyStream } from '#server/redis/keyStream.ts';
import type { SamplerClock } from '#server/sources/sampleRound.ts';

export interface ManualClock extends SamplerClock {
  /** How long was waited for in all, ms. */
  readonly pausedMs: () => number;
  advance(ms: number): void;
}

/** Time passes only in pauses, which end at once, and by `advance`. */
export function manualClock(): ManualClock {
  let nowMs = 1_000_000;
  let pausedMs = 0;
  return {
    nowMs: () => nowMs,
    async pause(ms, signal) {
      if (signal.aborted) return;
      nowMs += ms;
      pausedMs += ms;
      // Lets others run, as a timer would.
      await new Promise((resolve) => setImmediate(resolve));
    },
    pausedMs: () => pausedMs,
    advance(ms) {
      nowMs += ms;
    },
  };
}

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
