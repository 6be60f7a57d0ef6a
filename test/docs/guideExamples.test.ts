import { afterAll, beforeAll, expect, it } from 'vitest';
import { openPrograms, type Programs } from '#test/support/docs/openPrograms.ts';
import { readPages } from '#test/support/docs/readPages.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';

const pages = (await readPages('guides')).filter(({ program }) => program !== null);

let redis: TestRedis;
let programs: Programs;
let results: ReadonlyMap<string, string | null>;
beforeAll(async () => {
  redis = await startRedis();
  programs = await openPrograms(pages);
  results = await programs.run({ url: redis.url, adminUrl: redis.url });
});
afterAll(async () => {
  await programs[Symbol.asyncDispose]();
  await redis[Symbol.asyncDispose]();
});

it('the guide to warming has one: a hook in Node', () => {
  expect(pages.map(({ name }) => name)).toContain('warming');
});

it.each(pages)('the examples of $name do what they say', ({ name }) => {
  expect(results.get(name)).toBeNull();
});

it('the examples have the types that they show', async () => {
  expect(await programs.checkTypes()).toEqual([]);
}, 120_000);
