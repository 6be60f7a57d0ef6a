import { setTimeout as pause } from 'node:timers/promises';
import { checkL1 } from '../checkL1.ts';
import { fillEntries, makeIds } from '../fillEntries.ts';
import { chooseSizes, makeValue, sizes } from '../makeValue.ts';
import type { Measurement } from '../measurement.ts';
import { BARE, OURS, rivals } from '../peerEntries.ts';

/** Bytes of JSON that are stored, so that each size fills about the same memory. */
const STORED_BYTES = 20_000_000;
const QUICK_STORED_BYTES = 2_000_000;
const MAX_ENTRIES = 50_000;

export const memoryPerL1Entry: Measurement = {
  name: 'memoryPerL1Entry',
  title: 'Memory of an entry in L1',
  method:
    'Growth of heap and external memory by an entry, after garbage collection, in a process of its own. Each value is an object of its own; values and keys are included.',
  peers: [OURS, BARE, ...rivals],
  anchor: BARE,
  figures: [{ name: 'entryBytes', title: 'bytes an entry', isMoreBetter: false }],
  isOnEmptyRedis: true,
  cases: ({ isQuick }) => chooseSizes(isQuick),
  roundCount: ({ roundCount }) => Math.min(3, roundCount),
  async prepare({ open, redisPort, pace }) {
    const settings = { redisPort, layer: 'l1', ttlMs: 3_600_000 } as const;
    const openPeer = () =>
      open({ ...settings, maxEntries: MAX_ENTRIES, hasTags: false, commandTimeoutMs: null });
    const first = await openPeer();
    await checkL1(first, redisPort);
    await first.close();
    return async (caseName) => {
      const bytes = sizes[caseName] ?? 0;
      const count = Math.min(MAX_ENTRIES, (pace.isQuick ? QUICK_STORED_BYTES : STORED_BYTES) / bytes);
      const json = JSON.stringify(makeValue(bytes));
      const peer = await openPeer();
      // Once before, so that what the first entries make of code and shapes is not theirs.
      await fillEntries(peer, { ids: makeIds('warm', 100), makeValue: () => JSON.parse(json) });
      const before = await measureHeld();
      await fillEntries(peer, { ids: makeIds('held', count), makeValue: () => JSON.parse(json) });
      const after = await measureHeld();
      await peer.close();
      return { entryBytes: (after - before) / count };
    };
  },
};

/** Bytes that are still held after several collections; finalisers run between them. */
async function measureHeld(): Promise<number> {
  for (let at = 0; at < 4; at += 1) {
    globalThis.gc?.();
    await pause(10);
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
