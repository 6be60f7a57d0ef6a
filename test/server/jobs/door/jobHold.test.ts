import { expect, it, vi } from 'vitest';
import { JobHold, type Wait } from '#server/jobs/door/jobHold.ts';
import { manualClock } from '#test/support/manualClock.ts';

function openHold() {
  const clock = manualClock();
  const told: (string | null)[] = [];
  const hold = new JobHold({ clock, onChange: (text) => told.push(text) });
  const stop = new AbortController();
  return { clock, told, hold, stop };
}

it('lets a job pass that nothing holds, without a word', async () => {
  const { told, hold, stop } = openHold();
  await hold.pass(stop.signal);
  expect(told).toEqual([]);
  expect(hold.waits.count).toBe(0);
});

it('holds until it is told to go on, however long that is, and counts the wait', async () => {
  const { clock, told, hold, stop } = openHold();
  hold.pause('Paused by ada.');
  let hasPassed = false;
  const passed = hold.pass(stop.signal).then(() => {
    hasPassed = true;
  });
  await vi.waitFor(() => expect(told).toEqual(['Paused by ada.']));
  clock.advance(60_000);
  expect(hasPassed).toBe(false);
  hold.resume();
  await passed;
  expect(told).toEqual(['Paused by ada.', null]);
  expect(hold.waits).toEqual({ count: 1, totalMs: 60_000, lastText: 'Paused by ada.' });
});

it('a stop ends the wait', async () => {
  const { hold, stop } = openHold();
  hold.pause('Paused by ada.');
  const passed = hold.pass(stop.signal);
  stop.abort('Stopped by bob.');
  await passed;
  await hold.pass(stop.signal);
});

it('looks again each second while something suffers; a wait that was planned is not counted', async () => {
  const { clock, told, hold, stop } = openHold();
  const waits: (Wait | null)[] = [
    ...Array<Wait>(3).fill({ text: 'Watching.', isPlanned: true }),
    ...Array<Wait>(5).fill({ text: 'The source suffers.', isPlanned: false }),
  ];
  await hold.pass(stop.signal, () => waits.shift() ?? null);
  expect(clock.pausedMs()).toBe(8_000);
  expect(told).toEqual(['Watching.', 'The source suffers.', null]);
  expect(hold.waits).toEqual({ count: 1, totalMs: 5_000, lastText: 'The source suffers.' });
});

it('an operator who lets it go on does not overrule what suffers', async () => {
  const { told, hold, stop } = openHold();
  const waits: (Wait | null)[] = [{ text: 'The source suffers.', isPlanned: false }];
  hold.pause('Paused by ada.');
  const passed = hold.pass(stop.signal, () => waits.shift() ?? null);
  hold.resume();
  await passed;
  expect(told).toEqual(['Paused by ada.', 'The source suffers.', null]);
});
