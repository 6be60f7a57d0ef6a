import { expect, test } from 'vitest';
import { resolveConfig } from '#server/config/resolveConfig.ts';

function resolve(metricPatterns: unknown) {
  const env = { HOME: '/home/ada', CACHESCOPE_CONFIG: 'c.json' };
  return resolveConfig({ argv: ['serve'], env, readText: () => JSON.stringify({ metricPatterns }) });
}

const patterns = { products: 'products::{id}', carts: 'cart=v2:{id}' };

test.each([[patterns], [Object.entries(patterns).map((pair) => pair.join('='))]])(
  'a file gives the patterns of cache names as %j',
  (metricPatterns) => {
    expect(resolve(metricPatterns)).toMatchObject({
      config: { metricPatterns: new Map(Object.entries(patterns)) },
    });
  },
);

test.each([[{ products: 1 }], [{ products: '' }], ['products']])(
  'refuses %j and says what is right',
  (metricPatterns) => {
    const resolved = resolve(metricPatterns);
    expect('problems' in resolved && resolved.problems).toHaveLength(1);
  },
);
