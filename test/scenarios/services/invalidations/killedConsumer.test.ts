import { spawn } from 'node:child_process';
import { once } from 'node:events';
import process from 'node:process';
import { expect, onTestFinished, test } from 'vitest';
import { DEFAULT_EVENT_STREAM } from '#shared/control/eventStreamKeys.ts';
import { waitUntil } from '#test/support/redis/waitUntil.ts';
import { readInvalidations } from '#test/support/services/readInvalidations.ts';
import { startShop } from '#test/support/services/startShop.ts';
import { startCachescope } from '#test/support/startCachescope.ts';
import { startRedis } from '#test/support/startRedis.ts';

const PROGRAM = new URL('../../../support/services/readingProcess.ts', import.meta.url).pathname;

/** An instance in a process of its own that reads one event and hangs over it; `ids` are of the events that it read. */
function startReader(port: number) {
  const child = spawn(process.execPath, [PROGRAM, String(port), 'killed'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const gone = once(child, 'exit');
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await gone;
  };
  onTestFinished(kill);
  let text = '';
  child.stdout.on('data', (bytes) => {
    text += String(bytes);
  });
  return { kill, ids: () => [...text.matchAll(/read (\d+)\n/g)].map(([, id]) => Number(id)) };
}

test('an event of which the reader is killed before it acknowledges is applied by another, and counted as replayed', async () => {
  await using redis = await startRedis();
  const { client } = redis;
  const near = await startShop(redis.port, { instance: 'near' });
  await using server = await startCachescope({ redisUrl: redis.url });
  const reader = startReader(redis.port);
  // Once both wait, they are given them in turn.
  let id = 0;
  while (reader.ids().length === 0) {
    id += 1;
    await client.set(`shop:product:${id}`, 'from before the event');
    await near.cache.publish('product.updated', { id });
    await waitUntil('it is read', async () => reader.ids().length > 0 || near.told.events.applied === id);
  }
  const [taken] = reader.ids();
  expect(taken).toBe(id);
  expect(near.told.events).toMatchObject({ applied: id - 1, replayed: 0 });
  expect(await client.exists(`shop:product:${id}`)).toBe(1);

  await reader.kill();
  await waitUntil('another applies it', async () => near.told.events.applied === id);
  expect(await client.exists(`shop:product:${id}`)).toBe(0);
  const told = { applied: id, replayed: 1, duplicate: 0, lost: 0 };
  expect(near.told.events).toEqual(told);
  await waitUntil('it is acknowledged', async () => {
    const [pending] = await client.xpending(DEFAULT_EVENT_STREAM, 'shop');
    return pending === 0;
  });
  const read = async () => (await readInvalidations(server.url)).get('near')?.events;
  await waitUntil('the server says so', async () => (await read())?.replayed === 1, 60_000);
  expect(await read()).toMatchObject(told);
}, 120_000);
