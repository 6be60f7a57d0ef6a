import { onTestFinished } from 'vitest';
import { openClient } from '#test/support/redis/openClient.ts';
import { waitUntil } from '#test/support/redis/waitUntil.ts';
import { openShop, type ShopOptions } from './openShop.ts';

/** An instance of `openShop` that hears the others; `told` is what it counts itself. Ends with the test. */
export async function startShop(port: number, options: ShopOptions) {
  const client = openClient({ port });
  const cache = openShop(client, options);
  let coherence = 'lost';
  const events = { applied: 0, replayed: 0, duplicate: 0, lost: 0 };
  const told = { sent: 0, missed: 0, flushes: 0, flushedEntries: 0, events };
  cache.on('coherence', ({ state }) => {
    coherence = state;
    if (state === 'lost') told.flushes += 1;
  });
  cache.on('evicted', ({ layer, cause, count }) => {
    if (layer === 'l1' && cause === 'disconnected') told.flushedEntries += count;
  });
  cache.on('broadcast', ({ direction, count }) => {
    if (direction === 'missed' || direction === 'sent') told[direction] += count;
  });
  cache.on('event', ({ state, count }) => {
    if (state !== 'published' && state !== 'failed' && state !== 'deadLettered') events[state] += count;
  });
  onTestFinished(async () => {
    await cache.close();
    client.disconnect();
  });
  const isLive = () => coherence === 'live';
  await waitUntil(`${options.instance} hears the others`, async () => isLive());
  return { cache, told, isLive };
}
