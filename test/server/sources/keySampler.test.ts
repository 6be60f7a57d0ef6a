import { describe, expect, it, vi } from 'vitest';
import { RedisFault } from '#server/redis/redisConnection.ts';
import type { Sample } from '#server/sources/deriveSample.ts';
import { createKeySampler, type KeySamplerOptions } from '#server/sources/keySampler.ts';
import { createPatternLearner } from '#shared/keyPattern/patternLearner.ts';
import { drawKeys, seeded } from '#test/shared/keyPattern/keyspace.ts';
import { manualClock } from '#test/support/manualClock.ts';
import { fakeKeyStream } from './fakeKeyStream.ts';

function samplerOver(keyNames: readonly string[], more: Partial<KeySamplerOptions> = {}) {
  const { stream, fake } = fakeKeyStream(keyNames);
  const clock = manualClock();
  const samples: { sample: Sample; atMs: number }[] = [];
  const sampler = createKeySampler({
    stream,
    clock,
    random: seeded(2),
    learner: createPatternLearner(),
    onSample: (sample) => samples.push({ sample, atMs: clock.nowMs() }),
    ...more,
  });
  return { sampler, fake, clock, samples };
}

describe('the sampler', () => {
  it('is pending before its first round, and then says where its sample is from', async () => {
    const { sampler } = samplerOver(['a:1', 'a:2']);
    expect(sampler.sample()).toMatchObject({ state: 'unknown', reason: 'pending' });
    await sampler.runRound();
    expect(sampler.sample()).toMatchObject({ state: 'known', from: 'all 2 keys' });
  });

  it('shows the burst at once, progress each second, and then the whole first round', async () => {
    const { sampler, samples, clock } = samplerOver(drawKeys(60_000, 3));
    const startedAtMs = clock.nowMs();
    await sampler.runRound();
    const [first, second] = samples;
    expect(first?.atMs).toBe(startedAtMs);
    expect(first?.sample.summary.sampledCount).toBeGreaterThanOrEqual(2_000);
    expect((second?.atMs ?? 0) - startedAtMs).toBeLessThanOrEqual(1_100);
    for (const [index, { atMs }] of samples.entries()) {
      expect(atMs - (samples[index - 1]?.atMs ?? startedAtMs)).toBeLessThanOrEqual(1_200);
    }
    expect(samples.at(-1)?.sample.summary.sampledCount).toBeGreaterThanOrEqual(10_000);
  });

  it('replaces a whole sample by nothing less than a whole one, without a burst', async () => {
    const { sampler, samples, clock } = samplerOver(drawKeys(60_000, 3));
    await sampler.runRound();
    samples.length = 0;
    const startedAtMs = clock.nowMs();
    await sampler.runRound();
    expect(samples).toHaveLength(1);
    expect(clock.nowMs() - startedAtMs).toBeGreaterThanOrEqual(9_900);
  });

  it('names every key of a sample by the same knowledge, whenever it was read', async () => {
    const { sampler, samples } = samplerOver(drawKeys(60_000, 3));
    await sampler.runRound();
    const names = [...(samples.at(-1)?.sample.patterns.keys() ?? [])];
    expect(names).toContain('catalog:slug:{slug}');
    expect(names.filter((name) => /^catalog:slug:[a-z]/.test(name))).toEqual([]);
  });

  it('starts a round a minute until it is stopped', async () => {
    const startedAtMs: number[] = [];
    const { sampler, clock } = samplerOver(['a:1'], { onSample: () => startedAtMs.push(clock.nowMs()) });
    sampler.start();
    await vi.waitFor(() => expect(startedAtMs.length).toBeGreaterThan(3));
    await sampler.stop();
    const [first = 0, second, third] = startedAtMs;
    expect([second, third]).toEqual([first + 60_000, first + 120_000]);
  });

  it('keeps the last sample and its age when a round fails, tries again soon, and recovers', async () => {
    const { sampler, fake, clock, samples } = samplerOver(['a:1']);
    await sampler.runRound();
    const before = sampler.sample();
    fake.onPage = () => {
      throw new RedisFault('timeout', 'SCAN', 'Redis did not answer within 3 s.');
    };
    clock.advance(60_000);
    await sampler.runRound();
    expect(sampler.sample()).toBe(before);
    expect(sampler.failure()).toMatchObject({ reason: 'failed', detail: 'Redis did not answer within 3 s.' });

    const failedAtMs = clock.nowMs();
    const tries: number[] = [];
    fake.onPage = () => {
      tries.push(clock.nowMs() - failedAtMs);
      if (tries.length < 4) throw new RedisFault('unreachable', 'SCAN', 'gone');
    };
    sampler.start();
    await vi.waitFor(() => expect(sampler.failure()).toBeNull());
    await sampler.stop();
    expect(tries.slice(0, 4)).toEqual([0, 2_000, 6_000, 14_000]);
    expect(samples.length).toBeGreaterThanOrEqual(2);
  });

  it('says that it is not permitted to read keys', async () => {
    const onFailure = vi.fn();
    const { sampler, fake } = samplerOver(['a:1'], { onFailure });
    fake.onPage = () => {
      throw new RedisFault('notPermitted', 'SCAN', 'The user may not run SCAN.');
    };
    await sampler.runRound();
    expect(sampler.sample()).toMatchObject({ state: 'unknown', reason: 'notPermitted' });
    expect(onFailure).toHaveBeenCalledOnce();
  });

  it('keeps a pattern that is too rare for one round', async () => {
    const rare = 'rare:thing:1';
    const { sampler, fake, samples } = samplerOver(drawKeys(2_000, 5).with(1_000, rare), {
      sampleSize: 1_500,
    });
    let hadRare = false;
    for (let round = 0; round < 20 && !hadRare; round += 1) {
      await sampler.runRound();
      hadRare = samples.at(-1)?.sample.patterns.has('rare:thing:{id}') === true;
    }
    expect(hadRare).toBe(true);
    fake.names = fake.names.filter((name) => name !== rare);
    await sampler.runRound();
    expect(samples.at(-1)?.sample.patterns.has('rare:thing:{id}')).toBe(true);
    for (let round = 0; round < 3; round += 1) await sampler.runRound();
    expect(samples.at(-1)?.sample.patterns.has('rare:thing:{id}')).toBe(false);
  });

  it('names its keys anew after a declaration, without a look at Redis', async () => {
    const learner = createPatternLearner();
    const { sampler, fake, samples } = samplerOver(['basket:anna', 'basket:bob', ...drawKeys(15_000, 4)], {
      learner,
      sampleSize: 20_000,
    });
    sampler.rename();
    expect(samples).toHaveLength(0);
    await sampler.runRound();
    const pageCount = fake.cursors.length;
    learner.declare('basket:{user}');
    sampler.rename();
    expect(samples.at(-1)?.sample.patterns.get('basket:{user}')?.keyCount.value).toBe(2);
    expect(samples.at(-1)?.sample.summary).toMatchObject({
      isComplete: true,
      endedAtMs: samples.at(-2)?.sample.summary.endedAtMs,
    });
    expect(fake.cursors).toHaveLength(pageCount);
  });

  it('asks nothing more once it is stopped', async () => {
    const { sampler, fake } = samplerOver(['a:1']);
    await sampler.stop();
    await sampler.runRound();
    expect(fake.cursors).toEqual([]);
  });

  it('runs one round at a time', async () => {
    const { sampler, fake } = samplerOver(['a:1']);
    await Promise.all([sampler.runRound(), sampler.runRound()]);
    expect(fake.cursors).toHaveLength(1);
  });
});
