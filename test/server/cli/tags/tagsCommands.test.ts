import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openServer } from '#server/openServer.ts';
import { runCommandLine } from '#test/support/cli/runCommandLine.ts';
import { startRedis } from '#test/support/startRedis.ts';
import { testConfig, testSurroundings } from '#test/support/testConfig.ts';

let around: AsyncDisposableStack;
let url: string;
let client: Redis;

beforeAll(async () => {
  around = new AsyncDisposableStack();
  const redis = around.use(await startRedis());
  client = redis.client;
  const batch = client.pipeline();
  for (let id = 0; id < 30; id += 1) {
    batch.set(`shop:product:${id}`, 'x', 'EX', 600);
    batch.sadd('shop:tag:shoes', `shop:product:${id}`);
    batch.sadd(`shop:key-tags:shop:product:${id}`, 'shoes');
  }
  batch.set('shop:product:30', 'x').sadd('shop:tag:hats', 'shop:product:30');
  batch.sadd('shop:key-tags:shop:product:30', 'hats');
  // Drupal's mark of a tag: a counter.
  batch.set('site:cachetags:shoes', '41');
  await batch.exec();
  const dataDirectory = mkdtempSync(join(tmpdir(), 'cachescope-data-'));
  around.defer(() => rmSync(dataDirectory, { recursive: true, force: true }));
  const server = await openServer(testConfig(redis.port, { dataDirectory }), testSurroundings);
  around.defer(() => server.close());
  url = server.url;
}, 60_000);
afterAll(() => around.disposeAsync());

const run = (...words: readonly string[]) => runCommandLine({ words: ['tags', ...words], url });

it('lists tags with their sizes and layouts, the largest first, as a table and as JSON', async () => {
  const { code, out } = await run('list', '--layout', 'Cachescope', '--wait');
  expect(code).toBe(0);
  expect(out).toMatch(
    /^shoes +simple +Cachescope +30\.?0? +none +\S+ (?:B|KiB)\nhats +simple +Cachescope +1/m,
  );
  expect(out).toMatch(/^All \d+ keys were looked at/m);
  const json = await run('list', 'hat', '--json');
  const data: unknown = JSON.parse(json.out);
  expect(data).toMatchObject({ tags: [{ tag: 'hats', memberCount: 1, tagKey: 'shop:tag:hats' }] });
  const limited = await run('list', '--layout', 'simple', '--limit', '1');
  expect(limited.out).toMatch(/1\S* more, with fewer entries, are not listed/);
});

it('shows one tag of each layout that has it, and how it is purged', async () => {
  const { code, out } = await run('show', 'shoes');
  expect(code).toBe(0);
  expect(out).toMatch(/^index +shop:tag:shoes$/m);
  expect(out).toMatch(/^purge +cachescope purge --tag 'shoes' --layout simple --dry-run$/m);
  expect(out).toMatch(/^looked at +all of them$/m);
  expect(out).toMatch(/^gone entries +0\.0 %$/m);
  expect(out).toMatch(/^shop:product:\{id\} +30\S* +-$/m);
  expect(out).toMatch(/^(?:critical|warning|note): \S.*\n {2}\S/m);
  const mark = await run('show', 'shoes', '--layout', 'Drupal');
  expect(mark.out).toMatch(/^layout +Drupal \(drupal\)$/m);
  expect(mark.out).toMatch(/^reaches +\S/m);
  expect(mark.out).toMatch(/^purge +cachescope purge --tag 'shoes' --layout drupal --dry-run$/m);
});

describe('a tag that is invalidated by a mark', () => {
  const purge = ['purge', '--tag', 'shoes', '--layout', 'Drupal'];

  it('is purged by its mark', async () => {
    const planned = await runCommandLine({ words: [...purge, '--dry-run'], url });
    expect(planned.out).toMatch(/^entries +not known/m);
    expect(await client.get('site:cachetags:shoes')).toBe('41');
    const { code, out } = await runCommandLine({
      words: [...purge, '--yes', '--confirm', 'test', '--reason', 'wrong'],
      url,
    });
    expect({ code, out }).toMatchObject({ code: 0, out: expect.stringMatching(/^Completed/) });
    expect(await client.get('site:cachetags:shoes')).toBe('42');
  });

  it('takes nothing that is about keys, and no other tag beside it', async () => {
    expect(await runCommandLine({ words: [...purge, '--method', 'soft'], url })).toMatchObject({
      code: 2,
      err: expect.stringContaining('--method does not go with this tag'),
    });
    const both = [...purge, '--tag', 'hats', '--match', 'any'];
    expect(await runCommandLine({ words: both, url })).toMatchObject({
      code: 1,
      err: expect.stringContaining('by a mark, so that it is purged alone'),
    });
    expect(await client.get('site:cachetags:shoes')).toBe('42');
  });

  it('has no index to repair', async () => {
    expect(await run('repair', 'shoes', '--layout', 'Drupal')).toMatchObject({
      code: 1,
      err: expect.stringContaining('there is no index to repair'),
    });
  });
});

it('repairs the index of a tag by a plan that is confirmed', async () => {
  await client.sadd('shop:tag:hats', 'shop:product:gone');
  const planned = await run('repair', 'hats', '--dry-run');
  expect(planned.out).toMatch(/^taken out +1 of 2 members/m);
  expect(await client.scard('shop:tag:hats')).toBe(2);
  const { code, out } = await run('repair', 'hats', '--yes');
  expect({ code, out }).toMatchObject({ code: 0, out: expect.stringMatching(/^Completed/) });
  expect(await client.smembers('shop:tag:hats')).toEqual(['shop:product:30']);
  const listed = await runCommandLine({ words: ['purge', 'list'], url });
  expect(listed.out).toContain('Take 1 missing entry out of the index of hats');
});

it('asks which layout is meant where several have the tag', async () => {
  expect(await runCommandLine({ words: ['purge', '--tag', 'shoes', '--dry-run'], url })).toMatchObject({
    code: 2,
    err: expect.stringMatching(/say --layout \S+ \(\S+\) or --layout \S+/),
  });
});

it('says what is wrong', async () => {
  expect(await run('repair')).toMatchObject({ code: 2, err: expect.stringContaining('Say which tag') });
  expect(await run('show')).toMatchObject({ code: 2, err: expect.stringContaining('Say which tag') });
  expect(await run('show', 'boots')).toMatchObject({ code: 1, err: expect.stringContaining('No tag boots') });
  expect(await run('list', '--limit', '0')).toMatchObject({ code: 2 });
});
