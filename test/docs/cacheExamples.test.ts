import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPrograms, type Programs } from '#test/support/docs/openPrograms.ts';
import { readPages } from '#test/support/docs/readPages.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';

const pages = await readPages('cache');
const SERVICE_PASSWORD = 'of-this-test';

/** The user that is said to be enough, with all options. */
function aclArguments(): string[] {
  const [, access = ''] = pages.find(({ name }) => name === 'in-redis')?.text.split('\n## Access\n') ?? [];
  const least = /^ +ACL SETUSER (catalog .*)$/m.exec(access)?.[1] ?? '';
  const more = [...access.matchAll(/^\| .* \| `(.*)` \|$/gm)].map(([, words = '']) => words);
  return [least.replace('>PASSWORD', `>${SERVICE_PASSWORD}`), ...more].join(' ').split(' ');
}

let redis: TestRedis;
let programs: Programs;
let results: ReadonlyMap<string, string | null>;
beforeAll(async () => {
  redis = await startRedis();
  const [user = '', ...rules] = aclArguments();
  await redis.client.acl('SETUSER', user, ...rules);
  programs = await openPrograms(pages);
  const { port, url } = redis;
  results = await programs.run({
    url: `redis://${user}:${SERVICE_PASSWORD}@127.0.0.1:${port}`,
    adminUrl: url,
  });
});
afterAll(async () => {
  await programs[Symbol.asyncDispose]();
  await redis[Symbol.asyncDispose]();
});

it.each(pages.filter(({ program }) => program !== null))(
  'the examples of $name do what they say',
  ({ name }) => {
    expect(results.get(name)).toBeNull();
  },
);

it('the ACL line of the pages is enough for all of them', async () => {
  expect(await redis.client.acl('LOG')).toEqual([]);
});

it('the examples have the types that they show', async () => {
  expect(await programs.checkTypes()).toEqual([]);
}, 120_000);
