import { expect, test } from 'vitest';
import { aclLine } from '#server/redis/acl/aclLine.ts';
import { commandGuard } from '#server/redis/commandGuard.ts';
import { openMonitorStream } from '#server/redis/probe/openMonitorStream.ts';
import { openProbeControl } from '#server/redis/probe/openProbeControl.ts';
import { openOwnAddresses } from '#server/redis/probe/ownAddresses.ts';
import { startRedis } from '#test/support/startRedis.ts';

test('the ACL line of the probe allows all of it, and no key', async () => {
  await using redis = await startRedis();
  const line = aclLine({ user: 'cs', roles: ['probe'], prefix: 'app:', database: 3 });
  await redis.client.call('ACL', 'SETUSER', ...line.split(' ').slice(1), '>pw');
  const settings = {
    host: '127.0.0.1',
    port: redis.port,
    database: 3,
    username: 'cs',
    password: 'pw',
    tls: null,
  };
  const addresses = openOwnAddresses();
  const control = await openProbeControl({ settings, addresses, timeoutMs: 5_000 });
  await control.checkPermitted();
  await control.writeSetting('Em');
  expect(await control.readSetting()).toBe('Em');
  expect((await control.readLoad()).version).toMatch(/^\d/);

  const seen: unknown[] = [];
  const stream = await openMonitorStream({
    settings,
    addresses,
    mark: 'mark:',
    timeoutMs: 5_000,
    sink: {
      onLookup: (keyText, isMiss) => seen.push([keyText, isMiss]),
      onMark: (number, address) => seen.push([number, addresses.has(address)]),
    },
  });
  await redis.client.select(3);
  await redis.client.set('app:1', 'x'.repeat(1_000_000));
  await redis.client.get(Buffer.from('app:\u00ff "1"\\'));
  await redis.client.mget('app:1', 'app:2', 'app:2');
  await redis.client.eval("return redis.call('HGET', 'app:3', 'f')", 0);
  await redis.client.multi().get('app:4').exists('app:1').exec();
  await control.ping('mark:7');
  await expect.poll(() => seen.length).toBe(8);
  expect(seen).toEqual([
    ['app:\u00ff "1"\\\\', true],
    ['app:1', false],
    ['app:2', true],
    ['app:2', true],
    ['app:3', true],
    ['app:4', true],
    ['app:1', false],
    [7, true],
  ]);
  stream.close();
  control.close();
  expect(await stream.ended).toBeNull();
});

test('the probe may touch one setting of Redis, and nothing else', () => {
  const guard = commandGuard('probe');
  expect(guard.admit(['CONFIG', 'SET', 'notify-keyspace-events', 'Em'])).toBe('CONFIG SET');
  expect(() => guard.admit(['CONFIG', 'SET', 'save', ''])).toThrow('only notify-keyspace-events');
  expect(() => guard.admit(['CONFIG', 'GET', '*'])).toThrow('only notify-keyspace-events');
  for (const command of ['GET', 'SCAN', 'UNLINK', 'EVAL'] as const) {
    expect(() => guard.admit([command, 'a'])).toThrow('probe');
  }
});
