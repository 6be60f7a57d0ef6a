import { expect, it } from 'vitest';
import { RecentIds } from '#cache/eventBus/recentIds.ts';

it('knows the last ids, and forgets the one that was longest not seen', () => {
  const recent = new RecentIds(2);
  for (const id of ['a', 'b', 'a', 'c']) recent.add(id);
  expect(['a', 'b', 'c'].map((id) => recent.has(id))).toEqual([true, false, true]);
});
