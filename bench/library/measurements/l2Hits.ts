import { fillEntries, makeIds, refuseLoad } from '../fillEntries.ts';
import { chooseSizes, makeValue, sizes } from '../makeValue.ts';
import type { Measurement } from '../measurement.ts';
import { OURS, RAW, rivals } from '../peerEntries.ts';
import { runWarmLoop } from '../runLoop.ts';

const KEY_COUNT = 1_000;
const CONCURRENCIES = [1, 16, 256];

interface Shape {
  readonly size: string;
  readonly concurrency: number;
}

const shapes = new Map<string, Shape>(
  Object.keys(sizes).flatMap((size) =>
    CONCURRENCIES.map((concurrency) => [`${size}, ${concurrency} at a time`, { size, concurrency }]),
  ),
);

export const l2Hits: Measurement = {
  name: 'l2Hits',
  title: 'Hits in Redis (L2)',
  method: `1, 16 or 256 callers each read ${KEY_COUNT.toLocaleString('en')} entries that only Redis holds, and await each. One connection a peer.`,
  peers: [OURS, RAW, 'ioredis, autopipelining', ...rivals],
  anchor: RAW,
  figures: [{ name: 'perSecond', title: 'hits/s', isMoreBetter: true }],
  isOnEmptyRedis: false,
  cases: ({ isQuick }) =>
    [...shapes].filter(([, { size }]) => chooseSizes(isQuick).includes(size)).map(([name]) => name),
  roundCount: ({ roundCount }) => roundCount,
  async prepare({ open, redisPort, pace }) {
    const settings = { redisPort, layer: 'l2', maxEntries: 0, ttlMs: 3_600_000 } as const;
    const peer = await open({ ...settings, hasTags: false, commandTimeoutMs: null });
    const idsOf: Record<string, readonly string[]> = {};
    for (const size of chooseSizes(pace.isQuick)) {
      const ids = makeIds(size.replace(' ', ''), KEY_COUNT);
      const value = makeValue(sizes[size] ?? 0);
      await fillEntries(peer, { ids, makeValue: () => value });
      idsOf[size] = ids;
    }
    return async (caseName) => {
      const { size, concurrency } = shapes.get(caseName) ?? { size: '', concurrency: 1 };
      const ids = idsOf[size] ?? [];
      const { callCount, seconds } = await runWarmLoop(
        { concurrency, windowMs: pace.windowMs, callsPerLook: 1 },
        (number) => peer.getOrSet(ids[number % ids.length] ?? '', refuseLoad),
      );
      return { perSecond: callCount / seconds };
    };
  },
};
