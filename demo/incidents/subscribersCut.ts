import { Redis } from 'ioredis';
import type { Incident } from './incident.ts';

/** Often enough that instances hear each other only now and then. */
const EVERY_MS = 2_000;

let timer: NodeJS.Timeout | null = null;

/** Redis drops subscribers over and over, as it does with those that read too slowly. */
export const subscribersCut: Incident = {
  name: 'deaf',
  title: `Redis drops subscriptions every ${EVERY_MS / 1_000} s: messages are missed, and L1 is emptied each time`,
  start: async ({ redis }) => {
    timer ??= setInterval(() => void dropSubscribers(redis.port), EVERY_MS);
  },
  stop: async () => {
    if (timer !== null) clearInterval(timer);
    timer = null;
  },
};

/** While Redis is down by another incident, nobody is subscribed either. */
async function dropSubscribers(port: number): Promise<void> {
  const client = new Redis({ port, retryStrategy: null, lazyConnect: true, disableClientInfo: true });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
  } catch {
    // It is tried again with the next.
  } finally {
    client.disconnect();
  }
}
