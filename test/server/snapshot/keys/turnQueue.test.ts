import { expect, test } from 'vitest';
import { TurnQueue } from '#server/snapshot/keys/turnQueue.ts';

test('one call runs at a time, in the order of asking, and a failure holds nobody up', async () => {
  const queue = new TurnQueue();
  const order: string[] = [];
  const step = (name: string) => async () => {
    order.push(`${name} starts`);
    await Promise.resolve();
    order.push(`${name} ends`);
    if (name === 'b') throw new Error('away');
    return name;
  };
  const turns = [queue.take(step('a')), queue.take(step('b')), queue.take(step('c'))];
  const ends = await Promise.allSettled(turns);
  expect(ends.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(order).toEqual(['a starts', 'a ends', 'b starts', 'b ends', 'c starts', 'c ends']);
});

test('whoever comes when eight wait is turned away, and may come again later', async () => {
  const queue = new TurnQueue();
  const gate = Promise.withResolvers<void>();
  const waiting = Array.from({ length: 9 }, () => queue.take(() => gate.promise));
  await expect(queue.take(() => gate.promise)).rejects.toMatchObject({ code: 'busy' });
  gate.resolve();
  await Promise.all(waiting);
  await expect(queue.take(async () => 'served')).resolves.toBe('served');
});
