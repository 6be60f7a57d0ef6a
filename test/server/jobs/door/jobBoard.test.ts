import { expect, it } from 'vitest';
import { JobBoard } from '#server/jobs/door/jobBoard.ts';
import { jobOf } from '#test/support/jobs/jobOf.ts';
import { manualClock } from '#test/support/manualClock.ts';

const progressOf = (changedCount: number) => jobOf('a', changedCount).progress;

it('reports progress at most four times a second, and every state, the last one too', () => {
  const clock = manualClock();
  const board = new JobBoard({ clock, reportBug: () => {} });
  const seen: string[] = [];
  board.onChange((job) => seen.push(`${job.state} ${job.kind === 'purge' ? job.progress.changedCount : ''}`));
  board.add(jobOf('a'));
  for (let count = 1; count <= 10; count += 1) {
    clock.advance(100);
    board.update('a', { progress: progressOf(count) });
  }
  board.update('a', { state: 'completed', progress: progressOf(11) });
  expect(seen).toEqual(['running 0', 'running 3', 'running 6', 'running 9', 'completed 11']);
});

it('never changes a job that has ended', () => {
  const board = new JobBoard({ clock: manualClock(), reportBug: () => {} });
  board.add(jobOf('a'));
  board.update('a', { state: 'cancelled' });
  board.update('a', { state: 'completed' });
  expect(board.get('a')?.state).toBe('cancelled');
});

it('goes on when a listener fails, and lists the newest first within a bound', () => {
  const bugs: unknown[] = [];
  const board = new JobBoard({ clock: manualClock(), reportBug: (error) => bugs.push(error) });
  board.onChange(() => {
    throw new Error('a page went away');
  });
  for (let index = 0; index < 230; index += 1) {
    board.add(jobOf(`${index}`));
    if (index > 0) board.update(`${index}`, { state: 'completed' });
  }
  expect(bugs.length).toBeGreaterThan(0);
  expect(board.list()[0]?.id).toBe('229');
  expect(board.list().length).toBeLessThanOrEqual(200);
  expect(board.get('0')?.state).toBe('running');
});
