import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { counter, createCache, family } from '#cache/cache.ts';
import { checkTemplates } from '#cache/keys/checkTemplates.ts';
import { type CacheBench, shopCache, startBench } from '../startCache.ts';

const of = (key: string, namespace?: string) =>
  family({ key, ttlSeconds: 1, load: async () => 1, ...(namespace === undefined ? {} : { namespace }) });

const counterOf = (key: string) =>
  counter({ key, ttlSeconds: 1, load: async () => 1, flush: async () => {} });

describe('two families that can build the same key', () => {
  it.each([
    ['the same twice', 'a:{x}', 'a:{x}'],
    ['fields under other names', 'a:{x}', 'a:{y}'],
    ['a field in the place of a literal', 'a:{x}', 'a:all'],
    ['fields and literals crosswise', '{x}:b', 'a:{y}'],
    ['literals that a field can grow into', 'a{x}', '{y}b'],
    ['a percent sign', 'a:{x}', 'a:%2A'],
    ['the same without fields', 'home', 'home'],
  ])('are refused, and both are named: %s', (_, first, second) => {
    const refused = expect.objectContaining({
      code: 'badOptions',
      message: `"one" (${first}) and "two" (${second}) can build the same key.`,
    });
    expect(() => checkTemplates({ one: of(first), two: of(second) })).toThrow(refused);
  });

  it.each([
    ['product:{id}', 'product:{id}:reviews'],
    ['product:{id}', 'product:{locale}:{id}'],
    ['product:{id}', 'products:{id}'],
    ['product:{id}', 'product-{id}'],
    ['a:{x}:b', 'a:{x}:c'],
    ['a:{x}', 'a:{x}:'],
    ['a:ü', 'a:{x}'],
  ])('are not %s and %s', (first, second) => {
    expect(() => checkTemplates({ one: of(first), two: of(second) })).not.toThrow();
  });

  it('are told from each other with the version of a namespace in their keys', () => {
    expect(() => checkTemplates({ one: of('a:{x}', 'n'), two: of('a:{y}', 'm') })).toThrow(/same key/);
    expect(() => checkTemplates({ one: of('a:{x}', 'n'), two: of('a:{x}:{y}') })).toThrow(/same key/);
    expect(() => checkTemplates({ one: of('a:{x}', 'n'), two: of('a:{y}') })).not.toThrow();
  });

  it('are refused with their look-ups', () => {
    const user = family({
      key: 'user:{id}',
      ttlSeconds: 1,
      load: async () => ({ id: 1, email: 'a' }),
      primaryFields: ({ id }) => ({ id }),
      lookups: {
        byEmail: { key: 'user:{email}', fieldsOf: ({ email }) => ({ email }), load: async () => undefined },
      },
    });
    expect(() => checkTemplates({ user })).toThrow(
      '"user" (user:{id}) and "user.getBy.byEmail" (user:{email}) can build the same key.',
    );
  });

  it.each([
    ['a:{x}', 'a:{y}'],
    ['stock:{id}', 'stock:all'],
  ])('are refused where one is a counter: %s and %s', (first, second) => {
    const refused = `"one" (${first}) and "two" (${second}) can build the same key.`;
    expect(() => checkTemplates({ one: of(first) }, { two: counterOf(second) })).toThrow(refused);
    expect(() => checkTemplates({}, { one: counterOf(first), two: counterOf(second) })).toThrow(refused);
    expect(() => checkTemplates({ one: of(first) }, { two: counterOf('views:{id}') })).not.toThrow();
  });

  it('are found quickly also where both are long', () => {
    const long = (end: string) => of(`${Array.from({ length: 20 }, (_, at) => `{f${at}}`).join('-')}${end}`);
    const start = performance.now();
    expect(() => checkTemplates({ one: long(':a'), two: long(':b') })).not.toThrow();
    expect(performance.now() - start).toBeLessThan(500);
  });
});

describe('a cache', () => {
  let bench: CacheBench;
  beforeAll(async () => {
    bench = await startBench();
  });
  afterAll(() => bench[Symbol.asyncDispose]());

  it('is not made of families that can build the same key', async () => {
    const redis = await bench.connect();
    expect(() => shopCache(redis, { one: of('a:{x}'), two: of('a:{y}') })).toThrow(
      expect.objectContaining({ code: 'badOptions' }),
    );
  });

  it('is not made of a family and a counter that can', async () => {
    const redis = await bench.connect();
    const open = () =>
      createCache({
        ...{ redis, service: 'shop' },
        families: { product: of('stock:{id}') },
        counters: { stock: counterOf('stock:{id}') },
      });
    expect(open).toThrow('"product" (stock:{id}) and "stock" (stock:{id}) can build the same key.');
  });

  it('never uses the loader of one family for a key of another with the same first segment', async () => {
    const cache = shopCache(await bench.connect(), {
      product: family({ key: 'product:{id}', ttlSeconds: 60, load: async ({ id }) => `product ${id}` }),
      reviews: family({
        key: 'product:{id}:reviews',
        ttlSeconds: 60,
        load: async ({ id }) => `reviews ${id}`,
      }),
    });
    // Colons in a field are encoded, so that its value cannot reach the other family.
    expect(await cache.product.get({ id: '5:reviews' })).toBe('product 5:reviews');
    expect(await cache.reviews.get({ id: 5 })).toBe('reviews 5');
    expect(await cache.product.get({ id: 5 })).toBe('product 5');
    expect(await cache.product.get({ id: '5:reviews' }, { load: async () => 'other' })).toBe(
      'product 5:reviews',
    );
    expect(() => cache.family('reviewz')).toThrow(expect.objectContaining({ code: 'unknownFamily' }));
  });
});
