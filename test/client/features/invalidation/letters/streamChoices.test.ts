import { expect, it } from 'vitest';
import { streamChoices } from '#client/features/invalidation/letters/streamChoices.ts';

it('puts those that have letters first, then those that cannot be counted', () => {
  const of = (service: string, count: number | null, stream = 'cachescope:events') => ({
    ...{ queue: 'events' as const, service, stream, count, whyUnknown: count === null ? 'denied' : '' },
  });
  const choices = streamChoices({
    streams: [of('none', 0), of('denied', null), of('most', 1_200), of('shop', 2, 'orders')],
  });
  expect(choices.map(({ text }) => text)).toEqual([
    'most, events (1,200)',
    'shop, events of orders (2)',
    'denied, events (not known)',
    'none, events (0)',
  ]);
});
