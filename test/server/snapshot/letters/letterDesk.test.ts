import { describe, expect, it } from 'vitest';
import { LetterDesk, type LetterDeskOptions } from '#server/snapshot/letters/letterDesk.ts';
import { createRedaction } from '#server/sources/keys/value/redaction.ts';
import { DEFAULT_EVENT_STREAM, eventStreamKeys } from '#shared/control/eventStreamKeys.ts';
import { purgeBench } from '#test/support/jobs/purgeBench.ts';
import { buryLetters, envelope, LETTERS } from '#test/support/letters/buryLetters.ts';
import { eventStreams, openTestConnection } from '#test/support/openTestConnection.ts';

const bench = purgeBench();
const stream = { queue: 'events', service: 'shop', stream: DEFAULT_EVENT_STREAM } as const;

function openDesk(change: Partial<LetterDeskOptions> = {}) {
  return new LetterDesk({
    openInspector: () => openTestConnection(bench.redis, 'inspector'),
    services: () => [
      { service: 'orders', prefix: 'orders:', families: [], eventStreams: [] },
      { service: 'shop', prefix: 'shop:', families: ['stock'], eventStreams: [] },
    ],
    eventStreams,
    redaction: createRedaction([]),
    areValuesShown: true,
    nowMs: () => 5_000,
    ...change,
  });
}

describe('LetterDesk', () => {
  it('lists the letters of the first service that has any, without what they carry', async () => {
    const [id = ''] = await buryLetters(bench.redis.client, 1);
    const page = await openDesk().list(null, null);
    expect(page).toMatchObject({ chosen: stream, next: null, readAtMs: 5_000 });
    expect(page.streams).toContainEqual({ ...stream, count: 1, whyUnknown: '' });
    expect(page.letters).toEqual([
      {
        ...{ id, event: 'product.updated', source: 'catalog', publishedAtMs: 1_000, deliveries: 5 },
        ...{ buriedAtMs: Number(id.split('-')[0]), reason: 'Error: no product 0', payloadBytes: 34 },
      },
    ]);
    expect(JSON.stringify(page)).not.toContain('example.com');
  });

  it('goes on page by page, the newest first', async () => {
    const ids = await buryLetters(bench.redis.client, 70);
    const first = await openDesk().list(stream, null);
    expect(first.letters).toHaveLength(50);
    expect(first.letters[0]?.id).toBe(ids.at(-1));
    const second = await openDesk().list(stream, first.next);
    expect(second.letters.map(({ id }) => id)).toEqual(ids.slice(0, 20).reverse());
    expect(second.next).toBeNull();
  });

  it('looks where instances say that they read events, and says which of these streams it was not told of', async () => {
    const { client } = bench.redis;
    const id = await client.xadd(eventStreamKeys('orders').deadLettersOf('shop'), '*', ...envelope('e0'));
    const desk = openDesk({
      services: () => [{ service: 'shop', prefix: 'shop:', families: [], eventStreams: ['aside', 'orders'] }],
    });
    const orders = { ...stream, stream: 'orders' };
    const aside = { ...stream, stream: 'aside' };
    const page = await desk.list(null, null);
    expect(page.chosen).toEqual(orders);
    expect(page.letters.map((letter) => letter.id)).toEqual([id]);
    expect(page.streams).toEqual([
      { ...aside, count: null, whyUnknown: expect.stringContaining('--event-streams aside') },
      { ...orders, count: 1, whyUnknown: '' },
      { queue: 'invalidations', service: 'shop', count: 0, whyUnknown: '' },
    ]);
    await client.flushall();
    expect((await desk.list(null, null)).chosen).toEqual(orders);
    await expect(desk.list(aside, null)).rejects.toMatchObject({ code: 'badInput' });
  });

  it('shows what a letter carries redacted, and says when it is gone', async () => {
    const [id = ''] = await buryLetters(bench.redis.client, 1);
    const payload = await openDesk().read(stream, id);
    expect(payload.text).toContain('"id": 7');
    expect(payload.text).not.toContain('ada@example.com');
    expect(payload.redactedCount).toBe(1);
    await expect(openDesk().read(stream, '1-1')).rejects.toMatchObject({ code: 'notFound' });
  });

  it('reads changes that the source refused, as they were before the library packed them', async () => {
    const { client } = bench.redis;
    const key = 'shop:cachescope:{write-behind:stock}:dead-letters';
    const bury = async (payload: string) => {
      const id = '001764172800000-0000000001';
      const fields = { key: 'stock:3', fields: '{"id":3}', payload, id, reason: 'refused', attempts: '5' };
      return String(await client.xadd(key, '*', ...Object.entries(fields).flat()));
    };
    const bytes = Buffer.from('{"n":1}').toString('base64');
    const ids = [await bury('-2'), await bury('t{"email":"ada@example.com"}'), await bury(`b${bytes}`)];
    const changes = { queue: 'write-behind', service: 'shop', family: 'stock' } as const;
    const page = await openDesk().list(null, null);
    expect(page.chosen).toEqual(changes);
    expect(page.letters.at(-1)).toEqual({
      ...{ id: ids[0], event: 'stock:3', source: null, publishedAtMs: 1_764_172_800_000, deliveries: 5 },
      ...{ buriedAtMs: expect.any(Number), reason: 'refused', payloadBytes: 2 },
    });
    const texts = [];
    for (const id of ids) texts.push((await openDesk().read(changes, id)).text);
    expect(texts[0]).toBe('-2');
    expect(texts[1]).toContain('email');
    expect(texts[1]).not.toContain('ada@');
    expect(texts[2]).toContain('"n": 1');
  });

  it('reads what asked for an invalidation that was given up', async () => {
    const key = 'shop:cachescope:dead-letters:invalidations';
    const fields = [
      'kind',
      'tag',
      'target',
      'list:a',
      'mode',
      'hard',
      'source',
      'event',
      'reason',
      'refused',
    ];
    await bench.redis.client.xadd(key, '*', ...fields, 'queuedAtMs', '77');
    const { letters, chosen } = await openDesk().list(null, null);
    expect(chosen).toEqual({ queue: 'invalidations', service: 'shop' });
    expect(letters).toMatchObject([{ event: 'tag', source: 'event', publishedAtMs: 77, deliveries: null }]);
  });

  it('does not take what it cannot count for none', async () => {
    await bench.redis.client.set(LETTERS, 'no stream');
    const { streams } = await openDesk().list({ queue: 'invalidations', service: 'shop' }, null);
    const shop = streams.find(({ queue, service }) => queue === 'events' && service === 'shop');
    expect(shop).toMatchObject({ count: null });
    expect(shop?.whyUnknown).not.toBe('');
  });

  it('has nothing to choose where no service is known, and refuses one that is not', async () => {
    const desk = openDesk({ services: () => [] });
    expect(await desk.list(null, null)).toMatchObject({ streams: [], chosen: null, letters: [] });
    await expect(desk.list(stream, null)).rejects.toMatchObject({ code: 'notFound' });
  });
});
