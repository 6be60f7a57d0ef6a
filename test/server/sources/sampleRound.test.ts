import { describe, expect, it } from 'vitest';
import { collectSample, type RoundOptions } from '#server/sources/sampleRound.ts';
import { seeded } from '#test/shared/keyPattern/keyspace.ts';
import { manualClock } from '#test/support/manualClock.ts';
import { fakeKeyStream } from './fakeKeyStream.ts';

function names(count: number): string[] {
  return Array.from({ length: count }, (_, id) => `key:${id}`);
}

function roundOver(keyNames: readonly string[], more: Partial<RoundOptions> = {}) {
  const { stream, fake } = fakeKeyStream(keyNames);
  const clock = manualClock();
  const run = () =>
    collectSample({
      stream,
      clock,
      random: seeded(1),
      sampleSize: 10_000,
      keysPerSecond: 1_000,
      burstKeyCount: 0,
      signal: new AbortController().signal,
      onPage: () => {},
      ...more,
    });
  return { run, fake, clock };
}

describe('a round', () => {
  it('reads every key of a small database once, from the start of the walk to its end', async () => {
    const { run, fake } = roundOver(names(1_234));
    const round = await run();
    expect(round).toMatchObject({ isComplete: true, keyCount: 1_234 });
    expect(new Set(round.keys.map(({ text }) => text)).size).toBe(1_234);
    expect(fake.cursors).toHaveLength(13);
  });

  it('reads distinct keys from random places of a large database until it has enough', async () => {
    const { run, fake } = roundOver(names(50_000), { sampleSize: 2_000 });
    const round = await run();
    expect(round.isComplete).toBe(false);
    expect(round.keys.length).toBeGreaterThanOrEqual(2_000);
    expect(round.keys.length).toBeLessThan(2_100);
    expect(new Set(round.keys.map(({ text }) => text)).size).toBe(round.keys.length);
    expect(new Set(fake.cursors).size).toBe(fake.cursors.length);
    for (const cursor of fake.cursors) expect(cursor).toMatch(/^\d{1,15}$/);
  });

  it('gives up on distinct keys when pages hold only known ones', async () => {
    const { run } = roundOver(names(1_010), { sampleSize: 1_000 });
    const round = await run();
    expect(round.keys.length).toBeGreaterThan(600);
    expect(round.isComplete).toBe(false);
  });

  it('keeps the pace after the burst', async () => {
    const { run, clock } = roundOver(names(5_000), { burstKeyCount: 2_000, keysPerSecond: 1_000 });
    await run();
    expect(clock.pausedMs()).toBeGreaterThanOrEqual(2_900);
    expect(clock.pausedMs()).toBeLessThanOrEqual(3_000);
  });

  it('leaves a slow node four times as long alone as it took', async () => {
    const { run, fake, clock } = roundOver(names(1_000), { keysPerSecond: 1_000_000 });
    fake.onPage = () => clock.advance(50);
    await run();
    expect(clock.pausedMs()).toBe(9 * 200);
  });

  it('ends after the page under way when it is stopped', async () => {
    const stopping = new AbortController();
    const { run, fake } = roundOver(names(5_000), {
      signal: stopping.signal,
      onPage: (round) => round.keys.length >= 300 && stopping.abort(),
    });
    const round = await run();
    expect(round.isComplete).toBe(false);
    expect(fake.cursors).toHaveLength(3);
  });

  it('stands for the keys that are there: expired and forbidden names are taken off', async () => {
    const { stream } = fakeKeyStream(names(20_000));
    const { run } = roundOver([], {
      sampleSize: 1_000,
      stream: {
        ...stream,
        readPage: async (cursor, count) => {
          const page = await stream.readPage(cursor, count);
          const half = page.keys.length / 2;
          return { ...page, keys: page.keys.slice(half), goneCount: Math.floor(half), deniedCount: 0 };
        },
      },
    });
    const round = await run();
    expect(round.keyCount).toBeGreaterThan(9_900);
    expect(round.keyCount).toBeLessThan(10_100);
  });

  it('ends a pass over few keys although names never stop coming', async () => {
    let next = 0;
    const { run } = roundOver([], {
      sampleSize: 500,
      stream: {
        keyCount: async () => 10,
        readPage: async () => {
          const keys = Array.from({ length: 100 }, () => {
            next += 1;
            return { key: new TextEncoder().encode(`k${next}`), ttlMs: null, type: 'string', bytes: 1 };
          });
          return { nextCursor: '7', keys, goneCount: 0, deniedCount: 0 };
        },
      },
    });
    const round = await run();
    expect(round.isComplete).toBe(false);
    expect(round.keys).toHaveLength(1_100);
  });

  it('tells very long keys apart and keeps little of them', async () => {
    const long = 'k'.repeat(300_000);
    const { run } = roundOver([`${long}a`, `${long}b`, `${long}a`]);
    const round = await run();
    expect(round.keys).toHaveLength(2);
    expect(round.keys[0]?.text).toHaveLength(1_025);
  });
});
