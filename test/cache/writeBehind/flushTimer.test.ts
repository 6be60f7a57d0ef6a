import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RoundEnd } from '#cache/writeBehind/queue/flusher.ts';
import { prepareFlushSettings } from '#cache/writeBehind/queue/flushOptions.ts';
import { FlushTimer } from '#cache/writeBehind/queue/flushTimer.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

function openTimer(end: RoundEnd) {
  const run = vi.fn(async () => end);
  const timer = new FlushTimer({ run, backoffMs: 20_000 }, prepareFlushSettings({}, 'stock:{id}'));
  timer.start();
  return { run, timer };
}

describe('the timer of a flusher', () => {
  it('asks Redis less than once a second while nothing is queued', async () => {
    const { run } = openTimer('empty');
    await vi.advanceTimersByTimeAsync(600_000);
    expect(run.mock.calls.length).toBeLessThanOrEqual(61);
    expect(run.mock.calls.length).toBeGreaterThan(50);
  });

  it('gathers changes for one interval', async () => {
    const { run, timer } = openTimer('empty');
    await vi.advanceTimersByTimeAsync(1_500);
    expect(run).toHaveBeenCalledTimes(1);
    for (let index = 0; index < 100; index += 1) timer.note();
    await vi.advanceTimersByTimeAsync(999);
    expect(run).toHaveBeenCalledTimes(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(run).toHaveBeenCalledTimes(2);
  });

  it('leaves a source that is away alone, however many changes come', async () => {
    const { run, timer } = openTimer('stuck');
    await vi.advanceTimersByTimeAsync(1_000);
    for (let second = 0; second < 60; second += 1) {
      timer.note();
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(run).toHaveBeenCalledTimes(4);
  });

  it('runs no more once it is stopped', async () => {
    const { run, timer } = openTimer('busy');
    await vi.advanceTimersByTimeAsync(2_000);
    expect(run).toHaveBeenCalledTimes(2);
    timer.stop();
    timer.note();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(run).toHaveBeenCalledTimes(2);
  });
});
