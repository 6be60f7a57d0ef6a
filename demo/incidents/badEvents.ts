import { randomUUID } from 'node:crypto';
import { Redis } from 'ioredis';
import { prepareEnvelopeFields } from '#shared/control/eventEnvelope.ts';
import { DEFAULT_EVENT_STREAM } from '#shared/control/eventStreamKeys.ts';
import type { Incident } from './incident.ts';

const EVENT_COUNT = 8;

/** Another program publishes events as it thinks they are: an id as a text, where the services expect a number. */
export const badEvents: Incident = {
  name: 'bad-events',
  title: `an import publishes ${EVENT_COUNT} events that no service can apply: they become dead letters within half a minute`,
  start: async ({ redis }) => {
    const client = new Redis({ port: redis.port, disableClientInfo: true });
    try {
      for (let at = 0; at < EVENT_COUNT; at += 1)
        await client.xadd(DEFAULT_EVENT_STREAM, '*', ...prepareEnvelopeFields(badEvent(at)));
    } finally {
      client.disconnect();
    }
  },
  // What was published stays: the page replays or drops it.
  stop: async () => {},
};

function badEvent(at: number) {
  return {
    ...({
      v: 1,
      id: randomUUID(),
      event: 'product.updated',
      source: 'import',
      instance: 'import-1',
    } as const),
    ...{ seq: null, atMs: Date.now() },
    payloadJson: JSON.stringify({ id: `SKU-${1_000 + at}`, category: 'electronics' }),
  };
}
