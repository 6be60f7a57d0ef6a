import { setTimeout as pause } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { GetLoad, LoadReport } from '#bench/getLoad.ts';
import { serverCpuMicros } from '#bench/serverCpuMicros.ts';
import type { TestRedis } from '#test/support/startRedis.ts';

/** One way of purging, beside a load of GETs. */
export interface PurgeRow {
  readonly how: string;
  readonly keyCount: number;
  readonly keysPerSecond: number;
  /** Of the server's main thread, less what the GETs cost in the same time. */
  readonly serverMicrosPerKey: number;
  /** Of the GETs while it ran, and just before. */
  readonly load: LoadReport;
  readonly loadBefore: LoadReport;
}

export interface Contestant {
  readonly how: string;
  readonly keyCount: number;
  fill(client: Redis, keyCount: number): Promise<void>;
  /** What comes before the measurement; it gives what is measured. */
  prepare(port: number): Promise<{ run(): Promise<void>; close?(): Promise<void> }>;
}

/** How long the load alone is looked at before each: what it costs the server, and how it is served then. */
const ALONE_MS = 3_000;

/** Fills for each anew. Throws when one leaves keys. */
export async function measureInTurn(
  { redis, load }: { readonly redis: TestRedis; readonly load: GetLoad },
  contestants: readonly Contestant[],
): Promise<readonly PurgeRow[]> {
  const rows: PurgeRow[] = [];
  for (const { how, keyCount, fill, prepare } of contestants) {
    await fill(redis.client, keyCount);
    const before = await redis.client.dbsize();
    const ready = await prepare(redis.port);
    const { result: alone, load: loadBefore } = await load.during(() => costOf(redis, () => pause(ALONE_MS)));
    const { result: cost, load: beside } = await load.during(() => costOf(redis, () => ready.run()));
    await ready.close?.();
    const goneCount = before - (await redis.client.dbsize());
    if (goneCount < keyCount) throw new Error(`${how} left keys: ${goneCount} of ${keyCount} went`);
    rows.push({
      how,
      keyCount,
      keysPerSecond: (keyCount / cost.ms) * 1_000,
      serverMicrosPerKey: (cost.micros - (alone.micros / alone.ms) * cost.ms) / keyCount,
      load: beside,
      loadBefore,
    });
  }
  return rows;
}

async function costOf(redis: TestRedis, work: () => Promise<void>): Promise<{ ms: number; micros: number }> {
  const microsBefore = await serverCpuMicros(redis);
  const startMs = performance.now();
  await work();
  const ms = performance.now() - startMs;
  return { ms, micros: (await serverCpuMicros(redis)) - microsBefore };
}
