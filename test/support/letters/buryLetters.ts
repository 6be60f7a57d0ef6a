import type { Redis } from 'ioredis';
import { prepareEnvelopeFields } from '#shared/control/eventEnvelope.ts';
import { DEFAULT_EVENT_STREAM, eventStreamKeys } from '#shared/control/eventStreamKeys.ts';

const keys = eventStreamKeys(DEFAULT_EVENT_STREAM);

/** The letters of `shop`, as the library buries them; the stream of events holds one other event. Returns their ids. */
export async function buryLetters(client: Redis, count: number): Promise<readonly string[]> {
  await client.xadd(keys.stream, '*', 'seq', '1', ...envelope('other'));
  const ids: string[] = [];
  for (let at = 0; at < count; at += 1) {
    const more = ['deliveries', '5', 'reason', `Error: no product ${at}`];
    const id = await client.xadd(LETTERS, '*', 'seq', String(at + 2), ...envelope(`e${at}`), ...more);
    ids.push(String(id));
  }
  return ids;
}

export const LETTERS = keys.deadLettersOf('shop');

/** The fields of an event as it was published. */
export function envelope(id: string): readonly string[] {
  return prepareEnvelopeFields({
    ...{ v: 1, id, event: 'product.updated', source: 'catalog', instance: 'catalog-1', seq: null },
    ...{ atMs: 1_000, payloadJson: '{"id":7,"email":"ada@example.com"}' },
  });
}

/** Ids of the events that stand in the stream, the oldest first. */
export async function eventsInStream(client: Redis): Promise<readonly string[]> {
  const entries = await client.xrange(keys.stream, '-', '+');
  return entries.map(([, fields]) => fields[fields.indexOf('id') + 1] ?? '');
}
