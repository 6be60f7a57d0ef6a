import { setTimeout as pause } from 'node:timers/promises';
import { makeValue } from '../makeValue.ts';
import type { Measurement } from '../measurement.ts';
import { OURS, RAW, rivals } from '../peerEntries.ts';

const CALLER_COUNT = 1_000;
const LOADER_MS = 20;

export const coalescing: Measurement = {
  name: 'coalescing',
  title: '1,000 misses of one key at a time',
  method: `${CALLER_COUNT.toLocaleString('en')} callers ask for one missing key in the same turn; the loader takes ${LOADER_MS} ms, the value has 2 KB. Time until all have it.`,
  peers: [OURS, RAW, ...rivals],
  anchor: null,
  figures: [
    { name: 'loadCount', title: 'loader calls', isMoreBetter: false },
    { name: 'totalMs', title: 'ms for all', isMoreBetter: false },
  ],
  isOnEmptyRedis: true,
  cases: () => ['one missing key'],
  roundCount: ({ roundCount }) => roundCount,
  async prepare({ open, redisPort }) {
    const settings = { redisPort, layer: 'l2', maxEntries: 0, ttlMs: 3_600_000 } as const;
    const peer = await open({ ...settings, hasTags: false, commandTimeoutMs: null });
    const value = makeValue(2_000);
    let round = 0;
    const askTogether = async (): Promise<{ loadCount: number; totalMs: number }> => {
      round += 1;
      let loadCount = 0;
      const load = (): Promise<unknown> => {
        loadCount += 1;
        return pause(LOADER_MS, value);
      };
      const startedAtMs = performance.now();
      await Promise.all(Array.from({ length: CALLER_COUNT }, () => peer.getOrSet(`hot-${round}`, load)));
      return { loadCount, totalMs: performance.now() - startedAtMs };
    };
    await askTogether();
    return askTogether;
  },
};
