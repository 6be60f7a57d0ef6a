import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { openServer } from '#server/openServer.ts';
import { openLoginServer } from '#test/support/access/openLoginServer.ts';
import { PASSWORD } from '#test/support/access/openTestLogins.ts';
import { runCommandLine } from '#test/support/cli/runCommandLine.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';
import { testConfig, testSurroundings } from '#test/support/testConfig.ts';

const KEY_COUNT = 150;

let redis: TestRedis;
beforeEach(async () => {
  redis = await startRedis();
  const fill = redis.client.pipeline();
  for (let id = 0; id < KEY_COUNT; id += 1) fill.set(`a:${id}`, `value ${id}`).set(`b:${id}`, 'x');
  await fill.exec();
  return () => redis[Symbol.asyncDispose]();
});

const confirmed = ['--confirm', `test ${KEY_COUNT}`, '--reason', 'x'];

it('brings back what a purge removed, by its own plan and confirmation, and nothing newer is overwritten', async () => {
  const server = await openServer(testConfig(redis.port), testSurroundings);
  onTestFinished(() => server.close());
  const run = (...words: readonly string[]) => runCommandLine({ words, url: server.url });
  const purged = await run('purge', '--glob', 'a:*', ...confirmed);
  const id = /cachescope undo (\S+)$/m.exec(purged.out)?.[1] ?? '';
  await redis.client.set('a:7', 'newer');

  const shown = await run('undo', id, '--dry-run');
  expect(shown.out).toMatch(/^Bring back 150 keys matching a:\* in test$/m);
  expect(shown.out).toContain(`undoes the job      ${id}`);
  expect(await run('undo', id, '--yes')).toMatchObject({
    code: 2,
    err: expect.stringContaining('not enough'),
  });
  expect(await redis.client.exists('a:1')).toBe(0);

  const undone = await run('undo', id, ...confirmed);
  expect(undone.out).toMatch(/149 brought back, 1 were stored anew since/);
  expect(undone.code).toBe(0);
  expect(await redis.client.mget('a:1', 'a:7')).toEqual(['value 1', 'newer']);
});

it('says why a job cannot be undone', async () => {
  const server = await openServer(testConfig(redis.port), testSurroundings);
  onTestFinished(() => server.close());
  const run = (...words: readonly string[]) => runCommandLine({ words, url: server.url });
  expect(await run('undo', 'no-such-job')).toMatchObject({
    code: 1,
    err: expect.stringContaining('Nothing of this purge is kept'),
  });
  expect(await run('undo')).toMatchObject({ code: 2, err: expect.stringContaining('cachescope purge list') });
  expect(await run('undo', 'a b')).toMatchObject({ code: 2 });
});

it('plans and starts within one session of whoever logs in, and leaves none', async () => {
  const { redis: config } = testConfig(redis.port);
  await using server = await openLoginServer({ redis: config });
  const login = { url: server.url, around: { readPassword: async () => PASSWORD } };
  const words = ['purge', '--key', 'a:1', '--key', 'a:2', '--yes', '--user', 'ada'];
  expect(await runCommandLine({ words, ...login })).toMatchObject({
    code: 0,
    out: expect.stringContaining('2 removed.'),
  });
  const { data } = await server.ask('audit.list', {
    cookie: server.adminCookie,
    isQuery: true,
    input: { targetId: 'default', limit: 3 },
  });
  expect(data).toMatchObject({
    entries: [
      { action: 'login', outcome: 'logged out' },
      { action: 'purge', phase: 'ended', actor: 'ada' },
      { action: 'purge', phase: 'started', actor: 'ada' },
    ],
  });

  const stranger = ['purge', '--key', 'b:1', '--yes'];
  expect(await runCommandLine({ words: stranger, url: server.url })).toMatchObject({
    code: 1,
    err: expect.stringContaining('Say who you are with --user NAME.'),
  });
});
