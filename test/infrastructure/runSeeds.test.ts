import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { runSeeds } from '#test/support/interleaving/runSeeds.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';

let redis: TestRedis;
beforeAll(async () => {
  redis = await startRedis();
});
afterAll(() => redis[Symbol.asyncDispose]());

describe('seeds run one after the other', () => {
  beforeEach(() => {
    vi.stubEnv('FIRST_SEED', undefined);
    vi.stubEnv('SEEDS', undefined);
  });
  afterEach(() => void vi.unstubAllEnvs());

  it('runs as many as asked, from 1', async () => {
    const seeds: number[] = [];
    await runSeeds(5, async ({ seed }) => void seeds.push(seed));
    expect(seeds).toEqual([1, 2, 3, 4, 5]);
  });

  it('runs what the environment asks for instead', async () => {
    vi.stubEnv('FIRST_SEED', '40');
    vi.stubEnv('SEEDS', '2');
    const seeds: number[] = [];
    await runSeeds(5, async ({ seed }) => void seeds.push(seed));
    expect(seeds).toEqual([40, 41]);
  });

  it('fails at the first that fails, with its seed and its order of events', async () => {
    const run = runSeeds(5, async (interleaving) => {
      const client = interleaving.wrap(redis.client, 'a');
      await interleaving.runUntilSettled([client.get('x')]);
      expect(interleaving.seed).toBeLessThan(3);
    });
    await expect(run).rejects.toThrow(
      /^Seed 3: .*(.|\n)*FIRST_SEED=3 SEEDS=1\n.*\n {2}a > get x\n {2}a < get x$/,
    );
  });

  it('releases what a failed world still held, so that the next use of the client is not stuck', async () => {
    let held: Promise<unknown> = Promise.resolve();
    const run = runSeeds(1, async (interleaving) => {
      held = interleaving.wrap(redis.client).get('x');
      throw new Error('at once');
    });
    await expect(run).rejects.toThrow('Seed 1: at once');
    expect(await held).toBeNull();
  });
});
