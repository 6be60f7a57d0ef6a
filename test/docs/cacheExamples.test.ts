import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPrograms, type Programs } from '#test/support/docs/openPrograms.ts';
import { readPages } from '#test/support/docs/readPages.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';

const pages = await readPages();
let redis: TestRedis;
let programs: Programs;
let results: ReadonlyMap<string, string | null>;
beforeAll(async () => {
  redis = await startRedis();
  programs = await openPrograms(pages);
  results = await programs.run(redis.url);
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

it('the examples have the types that they show', async () => {
  expect(await programs.checkTypes()).toEqual([]);
}, 120_000);
