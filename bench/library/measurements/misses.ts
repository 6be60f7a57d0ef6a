import { setTimeout as pause } from 'node:timers/promises';
import { makeValue } from '../makeValue.ts';
import type { Measurement } from '../measurement.ts';
import { OURS, RAW, rivals } from '../peerEntries.ts';
import { runWarmLoop } from '../runLoop.ts';

const VALUE_BYTES = 2_000;
const LOADER_MS = 1;
const concurrencies: Readonly<Record<string, number>> = { '1 at a time': 1, '16 at a time': 16 };

export const misses: Measurement = {
  name: 'misses',
  title: 'Misses with a loader of 1 ms',
  method: `Each call asks for a new key: a look-up in Redis, a loader that takes a timer of ${LOADER_MS} ms, and the store of 2 KB (awaited or not, as the peer does it).`,
  peers: [OURS, RAW, ...rivals],
  anchor: RAW,
  figures: [
    { name: 'perSecond', title: 'misses/s', isMoreBetter: true },
    { name: 'callMs', title: 'ms a call', isMoreBetter: false },
  ],
  isOnEmptyRedis: true,
  cases: () => Object.keys(concurrencies),
  roundCount: ({ roundCount }) => roundCount,
  async prepare({ open, redisPort, pace }) {
    const settings = { redisPort, layer: 'l2', maxEntries: 0, ttlMs: 3_600_000 } as const;
    const peer = await open({ ...settings, hasTags: false, commandTimeoutMs: null });
    const value = makeValue(VALUE_BYTES);
    const load = (): Promise<unknown> => pause(LOADER_MS, value);
    let next = 0;
    return async (caseName) => {
      const concurrency = concurrencies[caseName] ?? 1;
      const shape = { concurrency, windowMs: pace.windowMs, callsPerLook: 1 };
      const { callCount, seconds } = await runWarmLoop(shape, () => {
        next += 1;
        return peer.getOrSet(`new-${next}`, load);
      });
      return { perSecond: callCount / seconds, callMs: (seconds * 1_000 * concurrency) / callCount };
    };
  },
};
