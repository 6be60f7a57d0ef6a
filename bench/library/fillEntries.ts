import { setTimeout as pause } from 'node:timers/promises';
import type { CachePeer } from './cachePeer.ts';

export interface Fill {
  readonly ids: readonly string[];
  readonly tags?: readonly string[];
  makeValue(id: string): unknown;
}

const CONCURRENCY = 64;
const CHECKED_COUNT = 1_000;
const MAX_PASSES = 100;

/** Stores an entry for each id, and returns when all that were looked at again are found: some peers store in the background. */
export async function fillEntries(peer: CachePeer, fill: Fill): Promise<void> {
  await look(peer, fill, fill.ids);
  const step = Math.ceil(fill.ids.length / CHECKED_COUNT);
  const checked = fill.ids.filter((_, at) => at % step === 0 || at >= fill.ids.length - CONCURRENCY);
  for (let pass = 0; pass < MAX_PASSES; pass += 1) {
    await pause(20);
    if ((await look(peer, fill, checked)) === 0) return;
  }
  throw new Error('the peer does not find what it was given to store');
}

/** Returns how many were not found and had to be loaded. */
async function look(peer: CachePeer, { makeValue, tags }: Fill, ids: readonly string[]): Promise<number> {
  let loadCount = 0;
  let next = 0;
  const lookOn = async (): Promise<void> => {
    for (let id = ids[next]; id !== undefined; id = ids[next]) {
      next += 1;
      const own = id;
      const load = async (): Promise<unknown> => {
        loadCount += 1;
        return makeValue(own);
      };
      await peer.getOrSet(own, load, tags);
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, lookOn));
  return loadCount;
}

/** Names of entries that no other use of the peer meets. */
export function makeIds(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) => `${prefix}-${at}`);
}

/** The loader of a hit: being asked means that there was none. */
export async function refuseLoad(): Promise<never> {
  throw new Error('a hit was expected, and the loader was asked');
}
