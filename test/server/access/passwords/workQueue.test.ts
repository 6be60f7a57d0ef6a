import { expect, it } from 'vitest';
import { createWorkQueue } from '#server/access/passwords/workQueue.ts';

it('runs as many at once as it may, lets as many wait, and begins no more', async () => {
  const queue = createWorkQueue({ atOnce: 2, waiting: 1 });
  const ends: (() => void)[] = [];
  let runningCount = 0;
  const work = () => {
    runningCount += 1;
    return new Promise<void>((resolve) => ends.push(resolve)).then(() => {
      runningCount -= 1;
    });
  };
  const begun = [queue.run(work), queue.run(work), queue.run(work)];
  expect(queue.run(work)).toBeNull();
  await Promise.resolve();
  expect(runningCount).toBe(2);
  ends[0]?.();
  await begun[0];
  await Promise.resolve();
  expect(runningCount).toBe(2);
  expect(ends).toHaveLength(3);
});

it('goes on after work that failed', async () => {
  const queue = createWorkQueue({ atOnce: 1, waiting: 5 });
  const failed = queue.run(() => Promise.reject(new Error('no')));
  const after = queue.run(() => Promise.resolve('yes'));
  await expect(failed).rejects.toThrow('no');
  expect(await after).toBe('yes');
});
