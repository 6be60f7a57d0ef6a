import { describe, expect, it } from 'vitest';
import { breakerDefaults } from '#cache/resilience/breakerOptions.ts';
import { type BreakerTransition, CircuitBreaker, type Permit } from '#cache/resilience/circuitBreaker.ts';
import { seededRandom } from '#demo/source/seededRandom.ts';

const SEED_COUNT = Number(process.env.SEEDS ?? 400);
const FIRST_SEED = Number(process.env.FIRST_SEED ?? 1);
const seeds = Array.from({ length: SEED_COUNT }, (_, index) => FIRST_SEED + index);

const { openMs, maxOpenMs, slowCallMs, windowMs, halfOpenCallCount } = breakerDefaults;
const { minimumCallCount, consecutiveFailureCount } = breakerDefaults;

type Outcome = readonly [durationMs: number, isFailure: boolean];
const GOOD: Outcome = [1, false];
const BAD: readonly Outcome[] = [
  [slowCallMs + 1, false],
  [1, true],
  [500, true],
];

const mayFollow: Readonly<Record<string, readonly string[]>> = {
  closed: ['open failures', 'open slowCalls', 'open consecutiveFailures'],
  open: ['halfOpen timeToProbe'],
  halfOpen: ['open probeFailed', 'closed probesSucceeded'],
};

const everyReason = [
  'consecutiveFailures',
  'failures',
  'probeFailed',
  'probesSucceeded',
  'slowCalls',
  'timeToProbe',
];

interface Probe {
  readonly permit: Permit;
  readonly atMs: number;
}

/** A breaker, the calls under way, and all that it did wrong. */
function openWorld(seed: number) {
  const random = seededRandom(seed);
  let nowMs = Math.floor(random() * 1e6);
  const breaker = new CircuitBreaker({ clock: () => nowMs, random });
  const underWay: Permit[] = [];
  const wrong: string[] = [];
  const transitions: BreakerTransition[] = [];
  let state = 'closed';
  let probes: Probe[] = [];
  let stale = new Set<Permit>();
  const claim = (isTrue: boolean, text: string) => {
    if (!isTrue) wrong.push(`${nowMs}: ${text}`);
  };

  breaker.onTransition((transition) => {
    const { from, to, reason, callCount, failureRatio, slowCallRatio } = transition;
    transitions.push(transition);
    claim(from === state, `from ${from}, but the state was ${state}`);
    claim(mayFollow[from]?.includes(`${to} ${reason}`) ?? false, `${from} to ${to} for ${reason}`);
    claim((failureRatio === null) === (callCount === 0), 'a ratio of no calls');
    if (reason === 'failures')
      claim((failureRatio ?? 0) >= 0.5 && callCount >= minimumCallCount, 'few failures');
    if (reason === 'slowCalls')
      claim((slowCallRatio ?? 0) >= 0.5 && callCount >= minimumCallCount, 'few slow');
    if (reason === 'consecutiveFailures') claim(callCount >= consecutiveFailureCount, 'few in a row');
    if (reason === 'probesSucceeded')
      claim(failureRatio === 0 || failureRatio === null, 'closed on a failure');
    state = to;
    probes = [];
    stale = new Set(underWay);
  });

  function acquire(): Permit | null {
    const before = breaker.snapshot(nowMs);
    const permit = breaker.tryAcquire();
    if (before.state === 'open') {
      const waitMs = (before.nextProbeAtMs ?? 0) - before.enteredAtMs;
      claim(waitMs >= openMs / 2 && waitMs <= maxOpenMs, `a wait of ${waitMs} ms`);
      const isDue = nowMs >= (before.nextProbeAtMs ?? Infinity);
      claim((permit !== null) === isDue, `${permit === null ? 'refused' : 'admitted'} at the wrong time`);
    }
    if (before.state === 'closed') claim(permit !== null, 'refused while closed');
    claim(
      breaker.snapshot(nowMs).notPermittedCount === before.notPermittedCount + (permit === null ? 1 : 0),
      'a refusal not counted',
    );
    if (permit === null) return null;
    if (state === 'halfOpen') {
      probes = probes.filter((probe) => nowMs - probe.atMs < openMs);
      probes.push({ permit, atMs: nowMs });
      claim(probes.length <= halfOpenCallCount, `${probes.length} probes under way`);
    }
    return permit;
  }

  function record(permit: Permit, [durationMs, isFailure]: Outcome): void {
    const before = breaker.snapshot(nowMs);
    const isLate = stale.has(permit);
    probes = probes.filter((probe) => probe.permit !== permit);
    breaker.record(permit, durationMs, isFailure);
    const after = breaker.snapshot(nowMs);
    if (isLate) claim(JSON.stringify(before) === JSON.stringify(after), 'a late outcome counted');
    const isGood = !isFailure && durationMs <= slowCallMs;
    if (isGood) claim(after.state !== 'open' || before.state === 'open', 'opened by a good call');
    else claim(after.state !== 'closed' || before.state === 'closed', 'closed by a bad call');
  }

  return {
    random,
    breaker,
    underWay,
    transitions,
    wrong,
    acquire,
    record,
    state: () => breaker.snapshot(nowMs).state,
    now: () => nowMs,
    advance: (ms: number) => {
      nowMs += Math.floor(ms);
    },
  };
}

type World = ReturnType<typeof openWorld>;

/** Calls that overlap, end in any order or never, while the service turns from good to bad and back. */
function runChaos(world: World, stepCount: number): void {
  const { random, underWay } = world;
  let badRatio = 0;
  for (let step = 0; step < stepCount; step += 1) {
    if (random() < 0.02) badRatio = random() < 0.5 ? 0 : random();
    if (random() < 0.5) world.advance(random() < 0.03 ? random() * 2 * openMs : random() * 40);
    if (random() < 0.6) {
      const permit = world.acquire();
      // Some calls never say how they ended.
      if (permit !== null && random() > 0.02) underWay.push(permit);
    }
    while (underWay.length > 0 && random() < 0.5) {
      const [permit] = underWay.splice(Math.floor(random() * underWay.length), 1);
      const bad = BAD[Math.floor(random() * BAD.length)] ?? GOOD;
      if (permit !== undefined) world.record(permit, random() < badRatio ? bad : GOOD);
    }
  }
}

/** One call after another with the same outcome until the state is reached; null when it is not within `limitMs`. */
function callUntil(
  world: World,
  outcome: Outcome,
  target: { state: string; limitMs: number },
): number | null {
  const beganAtMs = world.now();
  while (world.now() - beganAtMs <= target.limitMs) {
    world.advance(1 + world.random() * 200);
    const permit = world.acquire();
    if (permit !== null) world.record(permit, outcome);
    if (world.state() === target.state) return world.now() - beganAtMs;
  }
  return null;
}

describe(`a breaker under ${SEED_COUNT} seeded sequences of calls`, () => {
  it('keeps its word in each, and closes once the service is good', () => {
    const reasons = new Map<string, number>();
    for (const seed of seeds) {
      const world = openWorld(seed);
      runChaos(world, 600);
      expect(world.wrong, `seed ${seed}: FIRST_SEED=${seed} SEEDS=1`).toEqual([]);
      world.underWay.length = 0;
      const limitMs = maxOpenMs + openMs + windowMs;
      const closedInMs = callUntil(world, GOOD, { state: 'closed', limitMs });
      expect(closedInMs, `seed ${seed}: closes`).not.toBeNull();
      expect(world.wrong, `seed ${seed}: FIRST_SEED=${seed} SEEDS=1`).toEqual([]);
      for (const { reason } of world.transitions) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
    // A claim about what never came to pass is empty.
    if (SEED_COUNT >= 100) expect([...reasons.keys()].sort()).toEqual(everyReason);
  });

  it.each([
    ['fail', [1, true]],
    ['are slow', [slowCallMs + 1, false]],
    ['fail slowly', [500, true]],
  ] as const)('opens within a window when all calls %s, whatever was before', (_, outcome) => {
    for (const seed of seeds) {
      const world = openWorld(seed);
      // Good calls of the window that ends just now, at a tenth of the rate to come.
      const goodCount = Math.floor(world.random() * 10);
      for (let index = 0; index < goodCount; index += 1) {
        world.advance(world.random() * 1_000);
        const permit = world.acquire();
        if (permit !== null) world.record(permit, GOOD);
      }
      const openedInMs = callUntil(world, outcome, { state: 'open', limitMs: windowMs });
      expect(openedInMs, `seed ${seed}: opens`).not.toBeNull();
      expect(world.wrong, `seed ${seed}`).toEqual([]);
    }
  });
});
