import { describe, expect, it, vi } from 'vitest';
import { breakerDefaults } from '#cache/resilience/breakerOptions.ts';
import { SLOW_MS, startBreaker } from './startBreaker.ts';

describe('a closed breaker', () => {
  it('opens when the share of failures reaches its bound', () => {
    const bench = startBreaker({});
    for (let index = 0; index < 9; index += 1) {
      bench.good(1);
      bench.fail(1);
    }
    bench.good(1);
    expect(bench.state()).toBe('closed');
    bench.fail(1);
    expect(bench.transitions).toEqual([
      {
        from: 'closed',
        to: 'open',
        reason: 'failures',
        atMs: bench.now(),
        callCount: 20,
        failureRatio: 0.5,
        slowCallRatio: 0,
      },
    ]);
  });

  it('opens when the share of slow calls reaches its bound, though none failed', () => {
    const bench = startBreaker({});
    bench.good(10);
    bench.slow(9);
    expect(bench.state()).toBe('closed');
    bench.slow(1);
    expect(bench.transitions).toMatchObject([{ reason: 'slowCalls', failureRatio: 0, slowCallRatio: 0.5 }]);
  });

  it('takes no call for slow that took as long as is allowed', () => {
    const bench = startBreaker({});
    for (let index = 0; index < 40; index += 1)
      bench.breaker.record(bench.acquire(), breakerDefaults.slowCallMs, false);
    expect(bench.breaker.snapshot(bench.now()).slowCallRatio).toBe(0);
    expect(bench.state()).toBe('closed');
  });

  it('stays closed below either bound, however many calls there are', () => {
    const bench = startBreaker({});
    for (let index = 0; index < 500; index += 1) {
      bench.good(3);
      bench.fail(1);
      bench.slow(1);
    }
    expect(bench.transitions).toEqual([]);
  });

  it('judges no ratio of fewer calls than minimumCallCount', () => {
    const bench = startBreaker({});
    bench.slow(19);
    expect(bench.state()).toBe('closed');
  });

  it('opens on failures in a row, however few calls there were', () => {
    const bench = startBreaker({});
    bench.fail(4);
    bench.slow(1);
    bench.fail(4);
    expect(bench.state()).toBe('closed');
    bench.fail(1);
    expect(bench.transitions).toMatchObject([{ reason: 'consecutiveFailures', callCount: 10 }]);
  });

  it('forgets calls older than the window', () => {
    const bench = startBreaker({});
    bench.slow(19);
    bench.advance(breakerDefaults.windowMs);
    bench.slow(1);
    expect(bench.breaker.snapshot(bench.now())).toMatchObject({ callCount: 1, slowCallRatio: 1 });
    expect(bench.state()).toBe('closed');
  });

  it('is not opened by a good call, also when it is the good ones that leave the window', () => {
    const bench = startBreaker({});
    bench.good(100);
    bench.advance(breakerDefaults.windowMs / 2);
    bench.slow(30);
    bench.advance(breakerDefaults.windowMs / 2);
    bench.good(1);
    expect(bench.breaker.snapshot(bench.now()).slowCallRatio).toBeGreaterThan(0.9);
    expect(bench.state()).toBe('closed');
    bench.slow(1);
    expect(bench.state()).toBe('open');
  });

  it('knows no ratio before the first call', () => {
    const bench = startBreaker({});
    expect(bench.breaker.snapshot(bench.now())).toEqual({
      state: 'closed',
      enteredAtMs: 1_000_000,
      callCount: 0,
      failureRatio: null,
      slowCallRatio: null,
      notPermittedCount: 0,
      nextProbeAtMs: null,
      thresholds: { failureRatio: 0.5, slowCallRatio: 0.5, minimumCallCount: 20 },
    });
  });
});

describe('an open breaker', () => {
  it('admits nothing until its wait is over, and counts what it turned away', () => {
    const bench = startBreaker({});
    bench.trip();
    bench.advance(999);
    expect(bench.breaker.tryAcquire()).toBeNull();
    expect(bench.breaker.tryAcquire()).toBeNull();
    expect(bench.breaker.snapshot(bench.now())).toMatchObject({
      state: 'open',
      notPermittedCount: 2,
      nextProbeAtMs: bench.now() + 1,
    });
    bench.advance(1);
    expect(bench.breaker.tryAcquire()).not.toBeNull();
    expect(bench.transitions.at(-1)).toMatchObject({ from: 'open', to: 'halfOpen', reason: 'timeToProbe' });
  });

  it('draws its wait between half and whole', () => {
    const waitOf = (drawn: number) => {
      const bench = startBreaker({ random: () => drawn });
      bench.trip();
      return (bench.breaker.snapshot(bench.now()).nextProbeAtMs ?? 0) - bench.now();
    };
    expect([0, 0.5, 1].map(waitOf)).toEqual([500, 750, 1_000]);
  });

  it('shows the figures that opened it until they are older than the window', () => {
    const bench = startBreaker({ maxOpenMs: 60_000, openMs: 60_000 });
    bench.trip();
    expect(bench.breaker.snapshot(bench.now())).toMatchObject({ callCount: 5, failureRatio: 1 });
    bench.advance(breakerDefaults.windowMs);
    expect(bench.breaker.snapshot(bench.now())).toMatchObject({ callCount: 0, failureRatio: null });
  });

  it('does not count the late outcome of a call from before', () => {
    const bench = startBreaker({});
    const late = bench.acquire();
    bench.trip();
    const before = bench.breaker.snapshot(bench.now());
    bench.breaker.record(late, SLOW_MS, true);
    expect(bench.breaker.snapshot(bench.now())).toEqual(before);
  });

  it('waits no longer than it meant to when the clock is set back', () => {
    const bench = startBreaker({});
    bench.trip();
    bench.advance(-3_600_000);
    expect(bench.breaker.tryAcquire()).not.toBeNull();
  });
});

describe('onTransition', () => {
  it('tells nobody who has stopped listening', () => {
    const { breaker } = startBreaker({});
    const listener = vi.fn();
    breaker.onTransition(listener)();
    breaker.force('open');
    expect(listener).not.toHaveBeenCalled();
  });

  it('is undisturbed by a listener that throws', () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const bench = startBreaker({});
    const listener = vi.fn();
    bench.breaker.onTransition(() => {
      throw new Error('of the listener');
    });
    bench.breaker.onTransition(listener);
    bench.trip();
    expect(listener).toHaveBeenCalledOnce();
    expect(warn).toHaveBeenCalledOnce();
  });
});

it('refuses options that cannot be', () => {
  expect(() => startBreaker({ windowMs: 0 })).toThrow(expect.objectContaining({ code: 'badOptions' }));
});
