import { setTimeout as pause } from 'node:timers/promises';
import { medianOf } from '#bench/medianOf.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';
import type { CachePeer } from '../cachePeer.ts';
import { fillEntries, makeIds } from '../fillEntries.ts';
import { makeValue } from '../makeValue.ts';
import type { Figures, Measurement } from '../measurement.ts';
import { OURS, RAW, rivals } from '../peerEntries.ts';

/** Asked of every peer or its client: what a call waits for Redis at most. */
const HANG_TIMEOUT_MS = 500;
const TOGETHER_COUNT = 16;
const OPENING_COUNT = 10;
const OPEN_COUNT = 200;

interface Bounds {
  /** A call that takes longer is given up by us and counts as this. */
  readonly callMs: number;
  /** After it no further call of a phase is begun. */
  readonly phaseMs: number;
}

export const hang: Measurement = {
  name: 'hang',
  title: 'A call while Redis hangs',
  method: `redis-server is stopped (SIGSTOP), the loader answers at once, so that all time is lost to Redis; a time limit of ${HANG_TIMEOUT_MS} ms is set where the peer or its client has one, and a call is given up after 3 s. Closed: ${TOGETHER_COUNT} calls together at the start of the hang; opening: the ${OPENING_COUNT} calls after them, one by one; open: up to ${OPEN_COUNT} calls after those.`,
  peers: [OURS, RAW, ...rivals, 'cacheable, nonBlocking'],
  anchor: null,
  figures: [
    { name: 'closedMs', title: 'closed, worst, ms', isMoreBetter: false },
    { name: 'openingMs', title: 'opening, worst, ms', isMoreBetter: false },
    { name: 'openMs', title: 'open, median, ms', isMoreBetter: false },
    { name: 'openWorstMs', title: 'open, worst, ms', isMoreBetter: false },
    { name: 'errorCount', title: 'calls that threw', isMoreBetter: false },
  ],
  isOnEmptyRedis: false,
  cases: () => ['SIGSTOP'],
  roundCount: ({ roundCount }) => Math.min(3, roundCount),
  async prepare({ open, pace }) {
    const bounds = pace.isQuick ? { callMs: 600, phaseMs: 300 } : { callMs: 3_000, phaseMs: 3_000 };
    return async () => {
      await using redis = await startRedis();
      const settings = { redisPort: redis.port, layer: 'l2', maxEntries: 1_000, ttlMs: 3_600_000 } as const;
      const peer = await open({ ...settings, hasTags: false, commandTimeoutMs: HANG_TIMEOUT_MS });
      const figures = await runPhases(peer, redis, bounds);
      redis.resume();
      await Promise.race([peer.close().catch(() => {}), pause(500)]);
      return figures;
    };
  },
};

async function runPhases(peer: CachePeer, redis: TestRedis, bounds: Bounds): Promise<Figures> {
  const ids = makeIds('held', 50);
  const value = makeValue(200);
  await fillEntries(peer, { ids, makeValue: () => value });
  let errorCount = 0;
  let next = 0;
  const loseTime = async (): Promise<number> => {
    next += 1;
    const startedAtMs = performance.now();
    const call = peer.getOrSet(ids[next % ids.length] ?? '', async () => value);
    const counted = call.catch(() => {
      errorCount += 1;
    });
    const givenUp = new AbortController();
    await Promise.race([counted, pause(bounds.callMs, null, { signal: givenUp.signal }).catch(() => {})]);
    const lostMs = performance.now() - startedAtMs;
    givenUp.abort();
    return lostMs;
  };
  redis.hang();
  const closed = await Promise.all(Array.from({ length: TOGETHER_COUNT }, loseTime));
  const opening = await loseOneByOne(loseTime, OPENING_COUNT, bounds);
  const open = await loseOneByOne(loseTime, OPEN_COUNT, bounds);
  return {
    closedMs: Math.max(...closed),
    openingMs: Math.max(...opening),
    openMs: medianOf(open),
    openWorstMs: Math.max(...open),
    errorCount,
  };
}

async function loseOneByOne(
  loseTime: () => Promise<number>,
  count: number,
  { phaseMs }: Bounds,
): Promise<readonly number[]> {
  const endAtMs = performance.now() + phaseMs;
  const lostMs: number[] = [];
  while (lostMs.length < count && (lostMs.length === 0 || performance.now() < endAtMs)) {
    lostMs.push(await loseTime());
  }
  return lostMs;
}
