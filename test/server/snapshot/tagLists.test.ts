import { expect, test } from 'vitest';
import { TagLists } from '#server/snapshot/tagLists.ts';
import type { TagList } from '#shared/tags/tagSummary.ts';

function listOf(scannedCount: number): TagList {
  return { tags: [], readAtMs: 0, scannedCount, isComplete: true, leftOutCount: 0 };
}

/** Scans that end when the test says so. */
function scans() {
  const started: string[] = [];
  const waiting: ((list: TagList) => void)[] = [];
  let nowMs = 0;
  const lists = new TagLists({
    nowMs: () => nowMs,
    list: (search) => {
      started.push(search);
      return new Promise((resolve) => waiting.push(resolve));
    },
  });
  return {
    lists,
    started,
    end: async () => {
      await Promise.resolve();
      waiting.shift()?.(listOf(started.length));
    },
    advance: (ms: number) => {
      nowMs += ms;
    },
  };
}

test('the same search by many viewers is one scan', async () => {
  const { lists, started, end } = scans();
  const asked = [lists.list('shoes'), lists.list('shoes'), lists.list('shoes')];
  await end();
  expect(await Promise.all(asked)).toEqual([listOf(1), listOf(1), listOf(1)]);
  expect(started).toEqual(['shoes']);
});

test('different searches are scanned after each other', async () => {
  const { lists, started, end } = scans();
  const [first, second] = [lists.list('a'), lists.list('b')];
  await end();
  await first;
  expect(started[0]).toBe('a');
  await expect.poll(() => started).toEqual(['a', 'b']);
  await end();
  expect(await second).toEqual(listOf(2));
});

test('a list is asked for again when it is two seconds old', async () => {
  const { lists, started, end, advance } = scans();
  const first = lists.list('a');
  await end();
  await first;
  advance(1_999);
  await lists.list('a');
  expect(started).toHaveLength(1);
  advance(1);
  const again = lists.list('a');
  await expect.poll(() => started).toHaveLength(2);
  await end();
  await again;
});

test('a scan that fails is not kept, and holds nobody up', async () => {
  let count = 0;
  const lists = new TagLists({
    nowMs: () => 0,
    list: async () => {
      count += 1;
      if (count === 1) throw new Error('away');
      return listOf(count);
    },
  });
  await expect(lists.list('a')).rejects.toThrow('away');
  expect(await lists.list('a')).toEqual(listOf(2));
});
