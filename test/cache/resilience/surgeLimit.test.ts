import { describe, expect, it } from 'vitest';
import { SurgeLimit, type SurgeLimitOptions } from '#cache/resilience/surgeLimit.ts';

/** A limit, and its time, which moves only when told. */
function startLimit(options: Partial<SurgeLimitOptions> = {}) {
  let nowMs = 1_000_000;
  const limit = new SurgeLimit({ ...options, clock: () => nowMs });
  /** Asks so often in each second, evenly; how often it was admitted. */
  const ask = (perSecond: number, seconds: number) => {
    let admittedCount = 0;
    for (let index = 0; index < perSecond * seconds; index += 1) {
      nowMs += 1_000 / perSecond;
      if (limit.tryAcquire()) admittedCount += 1;
    }
    return admittedCount;
  };
  return {
    limit,
    ask,
    advance: (ms: number) => {
      nowMs += ms;
    },
  };
}

/** A token that is all but full at one moment is so at the next. */
function expectNear(count: number, expected: number): void {
  expect(Math.abs(count - expected)).toBeLessThanOrEqual(1);
}

describe('while all is normal', () => {
  it('admits everything', () => {
    expect(startLimit().ask(500, 20)).toBe(10_000);
  });

  it('learns nothing from what was given back', () => {
    const { limit, ask } = startLimit();
    for (let second = 0; second < 80; second += 1) {
      ask(50, 1);
      for (let index = 0; index < 100; index += 1) limit.tryAcquire()?.giveBack();
    }
    expect(limit.snapshot().usualPerSecond).toBe(50);
  });

  it('learns the usual rate of a minute', () => {
    const { limit, ask } = startLimit();
    ask(50, 80);
    expect(limit.snapshot()).toEqual({
      isLimiting: false,
      usualPerSecond: 50,
      limitPerSecond: 100,
      refusedCount: 0,
    });
    ask(100, 70);
    expect(limit.snapshot().usualPerSecond).toBe(100);
  });

  it('knows no usual rate in its first seconds, and would admit the minimum', () => {
    const { limit, ask } = startLimit();
    ask(50, 10);
    expect(limit.snapshot()).toMatchObject({ usualPerSecond: null, limitPerSecond: 10 });
    ask(50, 10);
    expect(limit.snapshot().usualPerSecond).toBeCloseTo(50, -1);
  });

  it('knows that nothing is usual once nothing was loaded for a minute', () => {
    const { limit, ask, advance } = startLimit();
    ask(50, 20);
    advance(70_000);
    expect(limit.snapshot()).toMatchObject({ usualPerSecond: 0, limitPerSecond: 10 });
  });
});

describe('while Redis is away', () => {
  it('admits twice the usual rate, and one second of it at once', () => {
    const { limit, ask } = startLimit();
    ask(50, 70);
    limit.begin();
    const atOnce = Array.from({ length: 500 }, () => limit.tryAcquire());
    expect(atOnce.filter(Boolean)).toHaveLength(100);
    expectNear(ask(1_000, 60), 6_000);
    expect(limit.snapshot()).toMatchObject({ isLimiting: true, usualPerSecond: 50, limitPerSecond: 100 });
  });

  it('saves up no more than one second, however little is asked', () => {
    const { limit, advance } = startLimit();
    limit.begin();
    advance(60_000);
    const atOnce = Array.from({ length: 500 }, () => limit.tryAcquire());
    expect(atOnce.filter(Boolean)).toHaveLength(10);
  });

  it('admits another in place of one that was given back, and no more than that', () => {
    const { limit } = startLimit();
    const early = limit.tryAcquire();
    limit.begin();
    const atOnce = Array.from({ length: 500 }, () => limit.tryAcquire()).filter((one) => one !== null);
    early?.giveBack();
    expect(limit.tryAcquire()).toBeNull();
    for (const one of atOnce.slice(0, 3)) one.giveBack();
    expect(Array.from({ length: 500 }, () => limit.tryAcquire()).filter(Boolean)).toHaveLength(3);
  });

  it('admits its rate though the clock is set back', () => {
    const { limit, ask, advance } = startLimit();
    limit.begin();
    advance(-500_000);
    expectNear(ask(1_000, 10), 110);
  });

  it('counts what it refused', () => {
    const { limit, ask } = startLimit();
    limit.begin();
    const admittedCount = ask(1_000, 5);
    expect(limit.snapshot().refusedCount).toBe(5_000 - admittedCount);
  });

  it('admits all of a demand within the limit', () => {
    const { limit, ask } = startLimit();
    ask(50, 70);
    limit.begin();
    expect(ask(100, 30)).toBe(3_000);
  });

  it('admits the minimum where less is usual, or nothing is known', () => {
    const { limit, ask } = startLimit({ minimumPerSecond: 5 });
    limit.begin();
    expectNear(ask(1_000, 1), 10);
    expectNear(ask(1_000, 10), 50);
  });

  it('admits one now and then when the minimum is below one a second', () => {
    const { limit, ask } = startLimit({ minimumPerSecond: 0.1 });
    limit.begin();
    expectNear(ask(10, 101), 11);
  });

  it('has not learned from the loads of the last seconds, when Redis may have been failing already', () => {
    const { limit, ask, advance } = startLimit();
    ask(50, 70);
    ask(1_000, 9);
    limit.begin();
    expect(limit.snapshot()).toMatchObject({ usualPerSecond: 50 });
    ask(1_000, 60);
    limit.end();
    advance(10_000);
    ask(50, 60);
    expect(limit.snapshot()).toMatchObject({ isLimiting: false, usualPerSecond: 50 });
  });

  it('learns nothing, however long it takes', () => {
    const { limit, ask, advance } = startLimit();
    ask(50, 70);
    limit.begin();
    ask(1_000, 120);
    limit.end();
    advance(10_000);
    expect(limit.snapshot()).toMatchObject({ isLimiting: false, usualPerSecond: 50 });
    ask(50, 30);
    expect(limit.snapshot().usualPerSecond).toBeCloseTo(50, 0);
  });
});

describe('when Redis is back', () => {
  it('goes on limiting until nothing was refused for calmMs', () => {
    const { limit, ask, advance } = startLimit();
    ask(50, 70);
    limit.begin();
    for (let index = 0; index < 200; index += 1) limit.tryAcquire();
    limit.end();
    advance(9_999);
    expect(limit.snapshot().isLimiting).toBe(true);
    advance(1);
    expect(limit.snapshot().isLimiting).toBe(false);
    expect(ask(1_000, 5)).toBe(5_000);
  });

  it('knows what was usual before, from the first moment on', () => {
    const { limit, ask } = startLimit();
    ask(50, 140);
    limit.begin();
    limit.end();
    expect(limit.snapshot()).toMatchObject({ isLimiting: false, usualPerSecond: 50 });
  });

  it('learns as soon as ever where it had not begun to', () => {
    const { limit, ask } = startLimit();
    ask(50, 5);
    limit.begin();
    limit.end();
    ask(50, 12);
    expect(limit.snapshot().usualPerSecond).not.toBeNull();
  });

  it('does not stay on for longer because the clock is set back', () => {
    const { limit, ask, advance } = startLimit();
    limit.begin();
    ask(1_000, 5);
    limit.end();
    advance(-500_000);
    expect(limit.snapshot().isLimiting).toBe(false);
  });

  it('stops limiting at once when it had nothing to refuse', () => {
    const { limit, ask } = startLimit();
    ask(50, 70);
    limit.begin();
    ask(60, 5);
    limit.end();
    expect(limit.snapshot().isLimiting).toBe(false);
  });

  it('stays on while Redis is away, however calm it is', () => {
    const { limit, advance } = startLimit();
    limit.begin();
    advance(3_600_000);
    expect(limit.snapshot().isLimiting).toBe(true);
  });

  it('keeps the limit of the first outage when the next comes before it is calm', () => {
    const { limit, ask, advance } = startLimit();
    ask(50, 70);
    limit.begin();
    ask(1_000, 5);
    limit.end();
    ask(1_000, 5);
    limit.begin();
    advance(60_000);
    expect(limit.snapshot()).toMatchObject({ isLimiting: true, usualPerSecond: 50, limitPerSecond: 100 });
  });

  it('needs no beginning to hear of an end', () => {
    const { limit } = startLimit();
    limit.end();
    expect(limit.snapshot().isLimiting).toBe(false);
  });
});

it('refuses options that cannot be', () => {
  expect(() => startLimit({ ratio: -1 })).toThrow(expect.objectContaining({ code: 'badOptions' }));
});
