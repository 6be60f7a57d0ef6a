import { describe, expect, it } from 'vitest';
import { breakerDefaults } from '#cache/resilience/breakerOptions.ts';
import { GOOD_MS, SLOW_MS, startBreaker } from './startBreaker.ts';

describe('a half-open breaker', () => {
  it('closes when all its probes were good', () => {
    const bench = startBreaker({});
    bench.trip();
    bench.waitForProbe();
    bench.good(2);
    expect(bench.state()).toBe('halfOpen');
    bench.good(1);
    expect(bench.transitions.at(-1)).toMatchObject({
      from: 'halfOpen',
      to: 'closed',
      reason: 'probesSucceeded',
      callCount: 3,
      failureRatio: 0,
    });
  });

  it.each([
    ['failed', true, GOOD_MS],
    ['was slow', false, SLOW_MS],
  ])('opens for twice as long when a probe %s', (_, isFailure, durationMs) => {
    const bench = startBreaker({});
    bench.trip();
    const waits = [];
    for (let index = 0; index < 7; index += 1) {
      const { nextProbeAtMs } = bench.breaker.snapshot(bench.now());
      waits.push((nextProbeAtMs ?? 0) - bench.now());
      bench.waitForProbe();
      bench.good(2);
      bench.breaker.record(bench.acquire(), durationMs, isFailure);
    }
    expect(waits).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]);
    expect(bench.transitions.at(-1)).toMatchObject({ reason: 'probeFailed', callCount: 3 });
  });

  it('has no more probes under way than it needs good answers', () => {
    const bench = startBreaker({});
    bench.trip();
    bench.waitForProbe();
    const permits = [bench.acquire(), bench.acquire(), bench.acquire()];
    expect(new Set(permits).size).toBe(3);
    expect(bench.breaker.tryAcquire()).toBeNull();
    for (const permit of permits.slice(0, 2)) bench.breaker.record(permit, GOOD_MS, false);
    expect(bench.breaker.tryAcquire()).toBeNull();
  });

  it('gives the place of a probe without an outcome to another', () => {
    const bench = startBreaker({});
    bench.trip();
    bench.waitForProbe();
    for (let index = 0; index < 3; index += 1) bench.acquire();
    bench.advance(breakerDefaults.openMs - 1);
    expect(bench.breaker.tryAcquire()).toBeNull();
    bench.advance(1);
    bench.good(3);
    expect(bench.state()).toBe('closed');
  });

  it('does not wait for the probes of the time before', () => {
    const bench = startBreaker({ maxOpenMs: breakerDefaults.openMs, random: () => 0 });
    bench.trip();
    bench.waitForProbe();
    bench.acquire();
    bench.acquire();
    bench.fail(1);
    bench.waitForProbe();
    bench.good(3);
    expect(bench.state()).toBe('closed');
  });

  it('opens on a probe that fails after its place was given away', () => {
    const bench = startBreaker({});
    bench.trip();
    bench.waitForProbe();
    const hung = bench.acquire();
    bench.advance(breakerDefaults.openMs);
    bench.acquire();
    bench.breaker.record(hung, breakerDefaults.openMs, true);
    expect(bench.state()).toBe('open');
  });

  it('does not take the late outcome of a call from before for that of a probe', () => {
    const bench = startBreaker({ halfOpenCallCount: 1 });
    const late = bench.acquire();
    bench.trip();
    bench.waitForProbe();
    bench.acquire();
    bench.breaker.record(late, GOOD_MS, false);
    expect(bench.state()).toBe('halfOpen');
    bench.breaker.record(late, GOOD_MS, true);
    expect(bench.state()).toBe('halfOpen');
  });
});

describe('a breaker that closed', () => {
  it('begins with an empty window', () => {
    const bench = startBreaker({});
    bench.trip();
    bench.waitForProbe();
    const late = bench.acquire();
    bench.good(2);
    bench.advance(breakerDefaults.openMs);
    bench.good(1);
    expect(bench.state()).toBe('closed');
    bench.breaker.record(late, SLOW_MS, true);
    expect(bench.breaker.snapshot(bench.now())).toMatchObject({ callCount: 0, failureRatio: null });
  });

  it.each([
    ['goes on with longer waits when it opens again within a window', breakerDefaults.windowMs - 1, 2_000],
    ['begins with the first wait when it was good for a window', breakerDefaults.windowMs, 1_000],
  ])('%s', (_, closedForMs, waitMs) => {
    const bench = startBreaker({});
    bench.trip();
    bench.waitForProbe();
    bench.good(3);
    bench.advance(closedForMs);
    bench.trip();
    expect(bench.breaker.snapshot(bench.now()).nextProbeAtMs).toBe(bench.now() + waitMs);
  });
});

describe('force', () => {
  it('keeps it open whatever the time', () => {
    const bench = startBreaker({});
    bench.breaker.force('open');
    bench.advance(3_600_000);
    expect(bench.breaker.tryAcquire()).toBeNull();
    expect(bench.breaker.snapshot(bench.now())).toMatchObject({
      state: 'forcedOpen',
      notPermittedCount: 1,
      nextProbeAtMs: null,
    });
  });

  it('keeps it closed whatever happens, and goes on measuring', () => {
    const bench = startBreaker({});
    bench.trip();
    bench.breaker.force('closed');
    bench.fail(50);
    expect(bench.breaker.snapshot(bench.now())).toMatchObject({ state: 'disabled', failureRatio: 1 });
  });

  it('begins anew when it is taken back', () => {
    const bench = startBreaker({});
    bench.breaker.force('closed');
    bench.fail(50);
    bench.breaker.force(null);
    bench.fail(4);
    expect(bench.state()).toBe('closed');
    bench.fail(1);
    expect(bench.state()).toBe('open');
    expect(bench.transitions.map(({ from, to, reason }) => `${from} ${to} ${reason}`)).toEqual([
      'closed disabled forced',
      'disabled closed forced',
      'closed open consecutiveFailures',
    ]);
  });

  it('begins anew with the first wait, also where waits had grown', () => {
    const bench = startBreaker({});
    bench.trip();
    bench.waitForProbe();
    bench.fail(1);
    bench.breaker.force('closed');
    bench.breaker.force(null);
    bench.trip();
    expect(bench.breaker.snapshot(bench.now()).nextProbeAtMs).toBe(bench.now() + 1_000);
  });

  it('leaves a breaker open that was not forced', () => {
    const bench = startBreaker({});
    bench.trip();
    bench.breaker.force(null);
    expect(bench.state()).toBe('open');
  });

  it('says nothing when nothing changes', () => {
    const bench = startBreaker({});
    bench.breaker.force(null);
    bench.breaker.force('open');
    bench.breaker.force('open');
    expect(bench.transitions).toHaveLength(1);
  });
});
