import { expect, it } from 'vitest';
import { streamChoices, unreadStreams } from '#client/features/invalidation/letters/streamChoices.ts';

it('offers those that can be read, the most letters first, and gathers the others by the reason', () => {
  const of = (service: string, count: number | null, stream = 'cachescope:events') => ({
    ...{ queue: 'events' as const, service, stream, count, whyUnknown: count === null ? 'denied' : '' },
  });
  const streams = [of('none', 0), of('a', null), of('most', 1_200), of('shop', 2, 'orders'), of('b', null)];
  expect(streamChoices({ streams }).map(({ text }) => text)).toEqual([
    'most, events (1,200)',
    'shop, events of orders (2)',
    'none, events (0)',
  ]);
  expect(unreadStreams({ streams })).toEqual([{ why: 'denied', names: ['a, events', 'b, events'] }]);
});
