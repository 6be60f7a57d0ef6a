import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openServer } from '#server/openServer.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { apiClient } from '#test/support/apiClient.ts';
import { runCommandLine } from '#test/support/cli/runCommandLine.ts';
import { type ScriptedTerminal, scriptedTerminal } from '#test/support/cli/scriptedTerminal.ts';
import { loadFence } from '#test/support/jobs/loadFence.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';
import { testConfig, testSurroundings } from '#test/support/testConfig.ts';

const MEMBER_COUNT = 200;

let around: AsyncDisposableStack;
let redis: TestRedis;
let url: string;
let directory: string;

beforeAll(async () => {
  around = new AsyncDisposableStack();
  redis = around.use(await startRedis());
  directory = mkdtempSync(join(tmpdir(), 'cachescope-data-'));
  around.defer(() => rmSync(directory, { recursive: true, force: true }));
  const server = await openServer(testConfig(redis.port, { dataDirectory: directory }), testSurroundings);
  around.defer(() => server.close());
  url = server.url;
}, 60_000);
afterAll(() => around.disposeAsync());

beforeEach(async () => {
  await redis.client.flushall();
  const fill = redis.client.pipeline();
  const tag = (key: string) => fill.sadd('shop:tag:shoes', key).sadd(`shop:key-tags:${key}`, 'shoes');
  for (let id = 0; id < MEMBER_COUNT; id += 1) {
    tag(`shop:product:${id}`);
    fill.set(`shop:product:${id}`, `value ${id}`, 'EX', 3_600);
    fill.set(`other:thing:${id}`, 'x').set(`other:more:${id}`, 'x');
  }
  tag('shop:user:7');
  fill.set('shop:user:7', 'by accident');
  await fill.exec();
});

function run(words: readonly string[], terminal?: ScriptedTerminal) {
  return runCommandLine({ words, url, ...(terminal === undefined ? {} : { terminal }) });
}

const leftCount = async () => (await redis.client.keys('shop:product:*')).length;
const confirmed = ['--confirm', `test ${MEMBER_COUNT + 1}`, '--reason', 'wrong price'];

describe('cachescope purge --dry-run', () => {
  it('shows the plan, what was caught by accident first, and starts nothing', async () => {
    const { code, out, said } = await run(['purge', '--tag', 'shoes', '--dry-run']);
    expect(code).toBe(0);
    expect(said).toBe('');
    expect(out).toMatch(/^Purge 201 keys tagged shoes in test$/m);
    expect(out).toMatch(/^keys +201 found; the plan holds their list$/m);
    expect(out).toMatch(/^bytes +.*KiB/m);
    expect(out).toMatch(/^load on the source +not known\. ./m);
    expect(out).toMatch(/^undo +kept for 15 min after the end$/m);
    expect(out).toMatch(/^Patterns:\n +1 {2}shop:user:\{id\} .*meant\?\n +200 {2}shop:product:\{id\}$/m);
    expect(out).toMatch(/^The same from a shell:\n.*\nredis-cli/m);
    expect(out).toContain('To start it: --confirm "test 201" --reason TEXT.');
    expect(await leftCount()).toBe(MEMBER_COUNT);
    expect(await apiClient(url).jobs.list.query({ targetId: DEFAULT_TARGET_ID })).toEqual([]);
  });

  it('gives the plan as JSON without the token that could start it', async () => {
    const { out } = await run(['purge', '--pattern', 'shop:product:{id}', '--dry-run', '--json']);
    const { plan }: { plan: object } = JSON.parse(out);
    expect(plan).toMatchObject({ kind: 'purge', keyCount: MEMBER_COUNT, environment: 'test' });
    expect(plan).not.toHaveProperty('token');
  });
});

describe('cachescope purge', () => {
  it('runs the plan to its end when flags confirm it, and writes who and why into the audit log', async () => {
    const { code, out, said } = await run([
      'purge',
      '--tag',
      'shoes',
      '--layout',
      'Cachescope',
      ...confirmed,
    ]);
    expect(code).toBe(0);
    expect(said).toContain('Purge 201 keys tagged shoes in test');
    expect(out).toMatch(/^Completed after .*: Purge 201 keys tagged shoes in test\n201 removed\./);
    expect(out).toMatch(/it can be brought back: cachescope undo \S+$/m);
    expect(await leftCount()).toBe(0);
    expect(await redis.client.exists('other:thing:1')).toBe(1);
    const { entries } = await apiClient(url).audit.list.query({ targetId: DEFAULT_TARGET_ID, limit: 1 });
    expect(entries[0]).toMatchObject({ phase: 'ended', reason: 'wrong price', actor: 'local' });
  });

  it('gives plan and job as JSON, and nothing else on either side', async () => {
    const { code, out, said } = await run(['purge', '--tag', 'shoes', '--json', ...confirmed]);
    expect(JSON.parse(out)).toMatchObject({
      plan: { keyCount: 201 },
      job: { state: 'completed', progress: { changedCount: 201 } },
    });
    expect({ code, said }).toEqual({ code: 0, said: '' });
  });

  it('asks the person for a reason and the typed confirmation', async () => {
    const terminal = scriptedTerminal({ typed: ['wrong price', 'test 20', 'test 201'] });
    const { code, said } = await run(['purge', '--tag', 'shoes', '--yes'], terminal);
    expect(code).toBe(0);
    expect(said).toMatch(/Reason.*\nType test 201 to start it: \nThat is not it\.\nType test 201/);
    expect(terminal.progress.join('\n')).toMatch(/\d+ of 201 keys/);
    expect(await leftCount()).toBe(0);
  });

  it.each([[['why', '']], [['why', null]], [['']], [['why', 'test', '201', 'yes']]])(
    'starts nothing when %j is typed',
    async (typed) => {
      const { code, out } = await run(['purge', '--tag', 'shoes'], scriptedTerminal({ typed }));
      expect({ code, out }).toEqual({ code: 4, out: 'Not confirmed: nothing was started.' });
      expect(await leftCount()).toBe(MEMBER_COUNT);
    },
  );

  it.each<[readonly string[], RegExp]>([
    [['--yes', '--reason', 'x'], /for 201 keys --yes is not enough\. Say --confirm "test 201"/],
    [['--reason', 'x'], /it has to be confirmed\. Say --confirm "test 201"/],
    [['--confirm', 'test 200', '--reason', 'x'], /--confirm says "test 200", but the plan is of 201 keys/],
    [['--confirm', 'test 201'], /say why with --reason/],
  ])('starts nothing above 100 keys with %j alone', async (words, problem) => {
    const { code, err } = await run(['purge', '--tag', 'shoes', ...words]);
    expect(err).toMatch(problem);
    expect(code).toBe(2);
    expect(await leftCount()).toBe(MEMBER_COUNT);
  });

  it('takes few keys from flags, a file and stdin, confirmed by --yes', async () => {
    await redis.client.set(Buffer.from([0x62, 0xff]), 'x');
    expect((await run(['purge', '--key', 'shop:product:1', '--key', 'b\\xff', '--yes'])).code).toBe(0);
    const file = join(directory, 'keys.txt');
    writeFileSync(file, 'shop:product:2\r\n\nshop:product:3\n');
    expect((await run(['purge', '--keys-from', file, '--yes'])).out).toContain('2 removed.');
    const terminal = scriptedTerminal({ input: 'shop:product:4\n' });
    expect((await run(['purge', '--keys-from', '-', '--yes'], terminal)).out).toContain('1 removed.');
    const shown = await run(['purge', '--key', 'shop:product:5']);
    expect(shown).toMatchObject({ code: 2, err: expect.stringContaining('say --yes') });
    expect(await redis.client.exists(Buffer.from([0x62, 0xff]), 'shop:product:5')).toBe(1);
    expect(await leftCount()).toBe(MEMBER_COUNT - 4);
  });

  it('lets keys go over time', async () => {
    const words = ['purge', '--glob', 'shop:product:*', '--method', 'spread', '--over', '10m'];
    const { code, out } = await run([...words, '--confirm', 'test 200', '--reason', 'x']);
    expect(out).toContain('200 set to expire.');
    expect(code).toBe(0);
    expect(await redis.client.pttl('shop:product:1')).toBeLessThanOrEqual(600_000);
  });

  it('takes several tags together, and keys by what they are', async () => {
    await redis.client.sadd('shop:tag:hats', 'shop:product:1', 'shop:user:7');
    const both = ['purge', '--tag', 'shoes', '--tag', 'hats', '--dry-run'];
    expect((await run([...both, '--match', 'all'])).out).toMatch(/^Purge 2 keys /);
    expect((await run([...both, '--match', 'any'])).out).toMatch(/^Purge 201 keys /);
    expect(await run(both)).toMatchObject({ code: 2, err: expect.stringContaining('--match any') });
    await redis.client.persist('shop:product:3');
    const lasting = await run(['purge', '--glob', 'shop:product:*', '--without-ttl', '--yes']);
    expect(lasting.out).toContain('1 removed.');
    expect(await leftCount()).toBe(MEMBER_COUNT - 1);
  });

  it('plans stages over a span', async () => {
    const words = ['purge', '--tag', 'shoes', '--method', 'staged', '--over', '10m', '--dry-run'];
    const { out } = await run(words);
    expect(out).toMatch(/^how they go +in watched stages over 10/m);
    expect(out).toMatch(/^takes +10/m);
    expect(out).toMatch(
      /^late batches +Not fenced\. .*cachescope redis function \| redis-cli -x FUNCTION LOAD REPLACE\.$/m,
    );
  });

  it('says of a plan that it is fenced', async () => {
    await loadFence(redis.client);
    const { out } = await run(['purge', '--tag', 'shoes', '--dry-run']);
    await redis.client.function('FLUSH');
    expect(out).toMatch(/^late batches +Fenced: batches that Redis does not begin within 1 s never run\.$/m);
  });

  it('removes more than half of all keys only when that is said', async () => {
    const words = ['purge', '--glob', '*', '--dry-run'];
    expect(await run(words)).toMatchObject({ code: 1, err: expect.stringContaining('--whole-cache') });
    expect((await run([...words, '--whole-cache'])).code).toBe(0);
  });

  it('names the tags there are when it does not know one', async () => {
    expect(await run(['purge', '--tag', 'boots', '--dry-run'])).toMatchObject({
      code: 1,
      err: 'No tag boots was found. "cachescope tags list" lists those that there are.',
    });
    const other = await run(['purge', '--tag', 'shoes', '--layout', 'drupal', '--dry-run']);
    expect(other.err).toContain('of the layout drupal was found; of others: simple.');
  });

  it.each<[readonly string[], RegExp]>([
    [[], /Say which keys: --tag, --pattern, --glob, --key\./],
    [['--tag', 'a', '--glob', 'b'], /Say one of --tag, --glob, not both/],
    [['--glob', 'b', '--layout', 'x'], /--layout belongs to --tag/],
    [['--glob', ''], /--glob needs a value/],
    [['--keys-from', '/nowhere/at/all'], /cannot be read \(ENOENT\)/],
    [['--tag', 'shoes', '--never-read'], /--never-read belongs to --pattern or --glob/],
    [['--glob', 'b', '--larger-than', '4'], /4 is no size from 1B/],
    [['--glob', 'b', '--older-than', '4'], /4 is no span from 1 s/],
    [['--glob', 'b', '--format', 'yaml'], /yaml is no format; say one of json,/],
    [['--keys-from', '-'], /stdin names no key/],
    [['--glob', 'b', '--method', 'later'], /later is no method; say now, soft, staged, or spread/],
    [['--glob', 'b', '--method', 'spread'], /needs --over/],
    [['--glob', 'b', '--method', 'spread', '--over', '5s'], /from 10\.0 s to|from 10 s to/],
    [['--glob', 'b', '--over', '5m'], /--over belongs to --method staged or spread/],
    [['--glob', 'b', '--method', 'now', '--over', '5m'], /--over belongs to --method staged or spread/],
    [Array.from({ length: 101 }, (_, id) => ['--key', `k${id}`]).flat(), /101 keys are more than the 100/],
  ])('refuses %j with what is wrong', async (words, problem) => {
    const { code, err } = await run(['purge', ...words]);
    expect(err).toMatch(problem);
    expect(code).toBe(2);
  });
});
