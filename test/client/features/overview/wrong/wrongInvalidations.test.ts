import { expect, test } from 'vitest';
import type { Overview } from '#client/features/overview/overviewFacts.ts';
import { invalidationItems } from '#client/features/overview/wrong/wrongInvalidations.ts';

const lost = (id: string): Overview['lostInvalidations'][number] => ({
  ...{ id, rule: 'R18', severity: 'warning', text: `${id} missed 3 messages.` },
  ...{ meaning: 'Its L1 was emptied.', sinceMs: null },
});

test('lost invalidations stand among what is wrong', () => {
  expect(invalidationItems({ lostInvalidations: [] })).toEqual([]);
  const items = invalidationItems({ lostInvalidations: [lost('a'), lost('b'), lost('c')] });
  expect(items.map(({ title, detail }) => [title, detail])).toEqual([
    ['a missed 3 messages.', 'Its L1 was emptied.'],
    ['b missed 3 messages.', 'Its L1 was emptied.'],
    ['c missed 3 messages.', 'Its L1 was emptied.'],
  ]);
  expect(items[0]).toMatchObject({ severity: 'warning', next: { to: '/invalidation' } });
});
