import { expect, it } from 'vitest';
import { JobHold } from '#server/jobs/door/jobHold.ts';
import { Pace } from '#server/jobs/pace.ts';
import { type BatchSchedule, openSchedule } from '#server/jobs/purge/batchSchedule.ts';
import { HealthGate } from '#server/jobs/purge/health/healthGate.ts';
import type { SourceVitals } from '#server/snapshot/traffic/sourceLoads.ts';
import { manualClock } from '#test/support/manualClock.ts';

const MINUTE_MS = 60_000;

function openParts(vitals: () => SourceVitals | null = () => null) {
  const clock = manualClock();
  const told: string[] = [];
  const pace = new Pace(clock);
  const hold = new JobHold({ clock, onChange: (text) => text !== null && told.push(text) });
  const gate = new HealthGate({ clock, pace, capacityPerSecond: 100, sourceVitals: vitals });
  const stop = new AbortController();
  return { parts: { clock, pace, hold, gate, stop: stop.signal }, clock, told, hold, stop };
}

/** How many keys had gone when, s: plays a job of `count` keys, as long as it is not stopped. */
async function play(schedule: BatchSchedule, count: number, elapsedMs: () => number) {
  const gone: { count: number; atS: number }[] = [];
  for (let sent = 0; sent < count; ) {
    const keys = Math.min(schedule.size(), count - sent);
    await schedule.wait(keys);
    sent += keys;
    gone.push({ count: sent, atS: elapsedMs() / 1_000 });
  }
  return gone;
}

it('stages end at 1, 5, 25 and 100 %, each but the last is watched for 15 s, and all takes its time', async () => {
  const { parts, clock, told } = openParts();
  const schedule = openSchedule(parts, { how: 'staged', overMs: 2 * MINUTE_MS }, 10_000);
  const gone = await play(schedule, 10_000, clock.elapsedMs);
  const pauses = gone.filter(({ atS }, at) => atS - (gone[at - 1]?.atS ?? 0) > 14.9);
  expect(pauses.map(({ count }) => Math.floor(count / 100))).toEqual([1, 5, 25]);
  expect(gone.at(-1)?.atS).toBeGreaterThan(115);
  expect(gone.at(-1)?.atS).toBeLessThan(125);
  expect(told).toHaveLength(3);
  expect(told[0]).toContain('Stage 1 of 4 is done, 1 % of the keys');
  // 10,000 keys in the 75 s that are not watched, a few times a second.
  const last = gone.filter(({ count }) => count > 2_600);
  const steps = last.map(({ atS }, at) => atS - (last[at - 1]?.atS ?? atS));
  expect(Math.max(...steps)).toBeLessThan(1);
});

it('after a stage it goes on only once the source is well, and counts that wait', async () => {
  let loadsPerSecond = 50;
  const vitals = () => ({ atMs: clock.nowMs(), loadsPerSecond, loadMs: 3 });
  const clock = manualClock();
  const pace = new Pace(clock);
  const told: string[] = [];
  const stop = new AbortController().signal;
  const gate = new HealthGate({ clock, pace, capacityPerSecond: 100, sourceVitals: vitals });
  const hold = new JobHold({
    clock,
    onChange(text) {
      if (text?.startsWith('Stage 2')) loadsPerSecond = 95;
      if (text?.startsWith('The source') === true) loadsPerSecond = 50;
      if (text !== null) told.push(text);
    },
  });
  const schedule = openSchedule(
    { clock, pace, hold, gate, stop },
    { how: 'staged', overMs: MINUTE_MS },
    1_000,
  );
  await play(schedule, 1_000, clock.elapsedMs);
  expect(told.map((text) => text.slice(0, 10))).toEqual([
    'Stage 1 of',
    'Stage 2 of',
    'The source',
    'Stage 3 of',
  ]);
  expect(hold.waits.count).toBe(1);
  expect(hold.waits.lastText).toContain('95 a second; 80 of the 100');
});

it('few keys skip stages that would hold none', async () => {
  const { parts, clock, told } = openParts();
  const schedule = openSchedule(parts, { how: 'staged', overMs: MINUTE_MS }, 3);
  const gone = await play(schedule, 3, clock.elapsedMs);
  expect(gone.map(({ count }) => count)).toEqual([1, 2, 3]);
  expect(told).toHaveLength(1);
});

it('a purge at once waits for nothing but the pace, and for what suffers', async () => {
  const { parts, clock, told } = openParts();
  const gone = await play(openSchedule(parts, { how: 'now' }, 4_000), 4_000, clock.elapsedMs);
  expect(gone).toHaveLength(40);
  expect(clock.elapsedMs()).toBeCloseTo(1_950, 0);
  expect(told).toEqual([]);
});

it('a stop ends every wait', async () => {
  const { parts, clock, stop } = openParts();
  const schedule = openSchedule(parts, { how: 'staged', overMs: 24 * 60 * MINUTE_MS }, 2);
  await schedule.wait(1);
  stop.abort('Stopped.');
  await schedule.wait(1);
  expect(clock.elapsedMs()).toBeLessThan(1_000);
});
