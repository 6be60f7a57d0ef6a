import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { z } from 'zod';
import type { CachePeer } from '../cachePeer.ts';
import { fillEntries, makeIds, refuseLoad } from '../fillEntries.ts';
import { makeValue } from '../makeValue.ts';
import type { Figures, Measurement, Pace } from '../measurement.ts';
import { OURS, rivals } from '../peerEntries.ts';
import { runWarmLoop } from '../runLoop.ts';

const TAG = 'group';
const CHECKED_COUNT = 200;

export const tagInvalidation: Measurement = {
  name: 'tagInvalidation',
  title: 'Invalidation of a tag with 100,000 keys',
  method:
    'All entries of 200 B carry one tag. "Hits/s" is what reading such an entry costs before (16 at a time): peers that only mark a tag as invalid pay there. "Stale" counts entries of 200 that were served after the invalidation had returned.',
  peers: [OURS, ...rivals],
  anchor: null,
  figures: [
    { name: 'invalidateMs', title: 'invalidation, ms', isMoreBetter: false },
    { name: 'worstPingMs', title: 'worst PING meanwhile, ms', isMoreBetter: false },
    { name: 'hitsPerSecond', title: 'tagged hits/s', isMoreBetter: true },
    { name: 'staleCount', title: 'stale', isMoreBetter: false },
  ],
  isOnEmptyRedis: true,
  cases: ({ isQuick }) => [isQuick ? '2,000 keys' : '100,000 keys'],
  roundCount: ({ roundCount }) => Math.min(3, roundCount),
  async prepare({ open, redisPort, pace }) {
    const settings = { redisPort, layer: 'l2', maxEntries: 0, ttlMs: 3_600_000 } as const;
    const peer = await open({ ...settings, hasTags: true, commandTimeoutMs: null });
    return (caseName) => takeSample(peer, { redisPort, pace, keyCount: Number(caseName.replace(/\D/g, '')) });
  },
};

interface Sample {
  readonly redisPort: number;
  readonly pace: Pace;
  readonly keyCount: number;
}

async function takeSample(peer: CachePeer, { redisPort, pace, keyCount }: Sample): Promise<Figures> {
  const ids = makeIds('tagged', keyCount);
  const value = makeValue(200);
  const tags = [TAG];
  await fillEntries(peer, { ids, tags, makeValue: () => value });
  const shape = { concurrency: 16, windowMs: pace.windowMs, callsPerLook: 1 };
  const { callCount, seconds } = await runWarmLoop(shape, (number) =>
    peer.getOrSet(ids[number % ids.length] ?? '', refuseLoad, tags),
  );
  const stopPings = await startPings(redisPort);
  const startedAtMs = performance.now();
  await peer.invalidateTag?.(TAG);
  const invalidateMs = performance.now() - startedAtMs;
  const worstPingMs = await stopPings();
  const staleCount = await countStale(peer, ids);
  return { invalidateMs, worstPingMs, hitsPerSecond: callCount / seconds, staleCount };
}

/** Returns the function that ends the pings and tells the longest. */
async function startPings(redisPort: number): Promise<() => Promise<number>> {
  const worker = new Worker(new URL('../pingWorker.ts', import.meta.url), { argv: [String(redisPort)] });
  await once(worker, 'message');
  return async () => {
    const answer = once(worker, 'message');
    worker.postMessage('stop');
    const [worstMs] = await answer;
    return z.number().parse(worstMs);
  };
}

async function countStale(peer: CachePeer, ids: readonly string[]): Promise<number> {
  const step = Math.max(1, Math.floor(ids.length / CHECKED_COUNT));
  const checked = ids.filter((_, at) => at % step === 0).slice(0, CHECKED_COUNT);
  let loadCount = 0;
  for (const id of checked) {
    await peer.getOrSet(id, async () => {
      loadCount += 1;
      return 'fresh';
    });
  }
  return checked.length - loadCount;
}
