import type { CachePeer } from '../cachePeer.ts';
import { checkL1 } from '../checkL1.ts';
import { fillEntries, makeIds, refuseLoad } from '../fillEntries.ts';
import { chooseSizes, makeValue, sizes } from '../makeValue.ts';
import type { Figures, Measurement } from '../measurement.ts';
import { BARE, OURS, rivals } from '../peerEntries.ts';
import { type LoopShape, runWarmLoop } from '../runLoop.ts';

const KEY_COUNT = 1_000;

export const l1Hits: Measurement = {
  name: 'l1Hits',
  title: 'Hits in memory (L1)',
  method: `One caller after the other reads ${KEY_COUNT.toLocaleString('en')} entries that memory holds, and awaits each. "sync" is lru-cache without a promise.`,
  peers: [OURS, BARE, ...rivals],
  anchor: BARE,
  figures: [
    { name: 'perSecond', title: 'hits/s', isMoreBetter: true },
    { name: 'syncPerSecond', title: 'hits/s, sync', isMoreBetter: true },
  ],
  isOnEmptyRedis: false,
  cases: ({ isQuick }) => chooseSizes(isQuick),
  roundCount: ({ roundCount }) => roundCount,
  async prepare({ open, redisPort, pace }) {
    const settings = { redisPort, layer: 'l1', maxEntries: 10_000, ttlMs: 3_600_000 } as const;
    const peer = await open({ ...settings, hasTags: false, commandTimeoutMs: null });
    await checkL1(peer, redisPort);
    const idsOf: Record<string, readonly string[]> = {};
    for (const size of chooseSizes(pace.isQuick)) {
      const ids = makeIds(size.replace(' ', ''), KEY_COUNT);
      const json = JSON.stringify(makeValue(sizes[size] ?? 0));
      await fillEntries(peer, { ids, makeValue: () => JSON.parse(json) });
      idsOf[size] = ids;
    }
    const shape = { concurrency: 1, windowMs: pace.windowMs, callsPerLook: 500 };
    return (caseName) => takeSample(peer, shape, idsOf[caseName] ?? []);
  },
};

async function takeSample(peer: CachePeer, shape: LoopShape, ids: readonly string[]): Promise<Figures> {
  const idOf = (number: number): string => ids[number % ids.length] ?? '';
  const { callCount, seconds } = await runWarmLoop(shape, (number) =>
    peer.getOrSet(idOf(number), refuseLoad),
  );
  const perSecond = callCount / seconds;
  return peer.getSync === undefined
    ? { perSecond }
    : { perSecond, syncPerSecond: runSync(peer, shape, idOf) };
}

/** As `runLoop` does, without anything to await. */
function runSync(
  peer: CachePeer,
  { windowMs, callsPerLook }: LoopShape,
  idOf: (number: number) => string,
): number {
  let callCount = 0;
  let foundCount = 0;
  const startedAtMs = performance.now();
  while (performance.now() < startedAtMs + windowMs) {
    for (let at = 0; at < callsPerLook; at += 1) {
      callCount += 1;
      if (peer.getSync?.(idOf(callCount)) !== undefined) foundCount += 1;
    }
  }
  if (foundCount !== callCount) throw new Error('a hit was expected');
  return callCount / ((performance.now() - startedAtMs) / 1_000);
}
