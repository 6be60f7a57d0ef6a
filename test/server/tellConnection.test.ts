import { expect, test } from 'vitest';
import { tellConnection } from '#server/tellConnection.ts';
import type { ConnectionState } from '#shared/snapshot.ts';
import { freePort } from '#test/support/freePort.ts';
import { waitUntil } from '#test/support/redis/waitUntil.ts';
import { startCachescope } from '#test/support/startCachescope.ts';
import { startRedis } from '#test/support/startRedis.ts';

test('what is wrong is said once, and that it is over', () => {
  const lines: string[] = [];
  let hear: (state: ConnectionState) => void = () => {};
  tellConnection(
    {
      onStatus: (listener) => {
        hear = listener;
        return () => {};
      },
    },
    'redis://cache',
    (line) => lines.push(line),
  );
  const say = (state: ConnectionState['state'], detail = '') =>
    hear({ state, detail, sinceMs: 0, lastReadAtMs: null });
  say('connecting');
  say('connected');
  expect(lines).toEqual([]);
  say('unreachable', 'Refused.');
  say('connecting');
  say('unreachable', 'Timed out.');
  say('degraded', 'It loads.');
  say('connected');
  expect(lines).toEqual(['redis://cache: Refused.', 'redis://cache: It loads.', 'redis://cache answers.']);
});

test('a server that is started with a wrong port or password says so in the terminal, without the password', async () => {
  await using redis = await startRedis();
  await redis.client.config('SET', 'requirepass', 'right');
  const free = await freePort();
  for (const [url, reason] of [
    [`redis://127.0.0.1:${free}`, /refused/i],
    [`redis://:wrong-secret@127.0.0.1:${redis.port}`, /password/i],
  ] as const) {
    await using server = await startCachescope({ redisUrl: url });
    await waitUntil('it is said', async () => /^cachescope: redis:.*:\d+.*: .+$/m.test(server.output()));
    expect(server.output()).toMatch(reason);
    expect(server.output()).not.toContain('wrong-secret');
  }
});
