import { expect, test } from 'vitest';
import { aclLine } from '#server/redis/acl/aclLine.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { apiClient } from '#test/support/apiClient.ts';
import { completedProbe, keyspaceEvents } from '#test/support/probe/probeJob.ts';
import { startForeignProgram } from '#test/support/probe/startForeignProgram.ts';
import { startTlsRedis } from '#test/support/redis/startTlsRedis.ts';
import { startCachescope } from '#test/support/startCachescope.ts';

const target = { targetId: DEFAULT_TARGET_ID };
const TOLERANCE_POINTS = 1;

test('over TLS with a client certificate and the printed ACL line alone, it measures what the program counts', async () => {
  await using redis = await startTlsRedis();
  await using program = await startForeignProgram(redis.port, 2_000);
  const line = aclLine({ user: 'cs', roles: ['monitor', 'probe'], prefix: '', database: 0 });
  await redis.client.call('ACL', 'SETUSER', ...line.split(' ').slice(1), '>pw');
  await using server = await startCachescope({
    redisUrl: `rediss://cs:pw@localhost:${redis.tlsPort}`,
    args: [
      ...['--redis-ca', redis.files.ca],
      ...['--redis-cert', redis.files.clientCertificate, '--redis-key', redis.files.clientKey],
    ],
  });
  const api = apiClient(server.url);
  const end = await completedProbe(api, 'window10s');
  expect(end.progress.byteCount).toBeGreaterThan(100_000);

  const list = await api.patterns.list.query({ ...target, range: { last: '1h' }, compare: 'none' });
  // No note of other addresses: our own look-ups are told from the program's through TLS as well.
  expect(list.probe?.notes).toEqual([]);
  const toMs = list.probe?.atMs ?? 0;
  const windows = [{ fromMs: toMs - (list.probe?.attachedMs ?? 0), toMs }];
  for (const kind of ['shop:product', 'user:session']) {
    const row = list.rows.find(({ pattern }) => pattern === `${kind}:{id}`);
    const probed = row?.probe.state === 'known' ? row.probe.value.hit.ratio : Number.NaN;
    const own = await program.ownRatio(kind, windows);
    expect(own.count).toBeGreaterThan(2_000);
    expect(100 * Math.abs(probed - own.ratio), kind).toBeLessThan(TOLERANCE_POINTS);
  }
  expect(await keyspaceEvents(redis)).toBe('');
}, 150_000);

test('where the certificate is not accepted, no plan is made, and it says so', async () => {
  await using redis = await startTlsRedis();
  await using server = await startCachescope({ redisUrl: `rediss://localhost:${redis.tlsPort}` });
  await expect(
    apiClient(server.url).jobs.planProbe.mutate({ ...target, schedule: 'window2s' }),
  ).rejects.toThrow(/certificate|CERT|SIGNED/i);
}, 60_000);
