import { expect, it } from 'vitest';
import { Pace } from '#server/jobs/pace.ts';
import { HealthGate } from '#server/jobs/purge/health/healthGate.ts';
import type { SourceVitals } from '#server/snapshot/traffic/sourceLoads.ts';
import { manualClock } from '#test/support/manualClock.ts';

const healthy = { loadsPerSecond: 100, loadMs: 3 };

function openGate({ capacityPerSecond = 500 }: { capacityPerSecond?: number | null } = {}) {
  const clock = manualClock();
  const pace = new Pace(clock);
  let vitals: SourceVitals | null = { atMs: clock.nowMs(), ...healthy };
  const gate = new HealthGate({ clock, pace, capacityPerSecond, sourceVitals: () => vitals });
  /** What the gate says once the metrics have said so much, a second later. */
  const judge = (now: Partial<SourceVitals> | null, afterMs = 1_000) => {
    clock.advance(afterMs);
    vitals = now === null ? null : { atMs: clock.nowMs(), ...healthy, ...now };
    return gate.judge();
  };
  return { clock, pace, gate, judge };
}

it('lets a healthy job go on', () => {
  const { judge } = openGate();
  expect(judge({})).toBeNull();
  expect(judge({ loadsPerSecond: 400, loadMs: 12 })).toBeNull();
});

it.each<[string, Partial<SourceVitals>, string]>([
  ['loads more than four fifths of what it stands', { loadsPerSecond: 401 }, '401 a second; 400 of the 500'],
  ['takes twice as long, and 10 ms longer', { loadMs: 13.1 }, 'takes 13 ms; before this job it took 3.0 ms'],
])('waits while the source %s, and until it was well for ten seconds', (_case, ill, text) => {
  const { judge } = openGate();
  expect(judge(ill)).toContain(text);
  expect(judge({})).toContain(text);
  expect(judge({}, 9_000)).toContain(text);
  // Ill again in between: the ten seconds begin anew.
  expect(judge(ill, 500)).toContain(text);
  expect(judge({}, 2_000)).toContain(text);
  expect(judge({}, 9_999)).toContain(text);
  expect(judge({}, 1)).toBeNull();
});

it('once it waited, asks for more than just below the limit', () => {
  const { judge } = openGate();
  expect(judge({ loadsPerSecond: 450 })).not.toBeNull();
  expect(judge({ loadsPerSecond: 350 }, 20_000)).not.toBeNull();
  expect(judge({ loadsPerSecond: 350 }, 20_000)).not.toBeNull();
  expect(judge({ loadsPerSecond: 339 })).not.toBeNull();
  expect(judge({ loadsPerSecond: 339 }, 10_000)).toBeNull();
});

it('waits when the metrics go away, and does not judge a source that never had any', () => {
  const { judge } = openGate();
  expect(judge(null)).toContain('nobody knows');
  const { gate, clock } = openGate();
  clock.advance(31_000);
  expect(gate.judge()).toContain('nobody knows');
  const blind = manualClock();
  const none = new HealthGate({
    ...{ clock: blind, pace: new Pace(blind) },
    capacityPerSecond: 500,
    sourceVitals: () => null,
  });
  expect(none.judge()).toBeNull();
});

it('without a declared capacity only the time of a load is judged', () => {
  const { judge } = openGate({ capacityPerSecond: null });
  expect(judge({ loadsPerSecond: 1_000_000 })).toBeNull();
  expect(judge({ loadMs: 40 })).toContain('40 ms');
});

it('waits ten seconds when Redis stays slow at the slowest pace, and then tries again', () => {
  const { judge, pace } = openGate();
  for (let batch = 0; batch < 30; batch += 1) pace.record(200);
  expect(judge({})).toContain('Redis answers slowly');
  expect(judge({}, 1_000)).toContain('Redis answers slowly');
  expect(judge({}, 10_000)).toBeNull();
  for (let batch = 0; batch < 2; batch += 1) pace.record(200);
  expect(judge({})).toBeNull();
  pace.record(200);
  expect(judge({})).toContain('Redis answers slowly');
});
