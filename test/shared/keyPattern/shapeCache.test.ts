import { describe, expect, test } from 'vitest';
import { createPatternLearner } from '#shared/keyPattern/patternLearner.ts';
import { createNode } from '#shared/keyPattern/patternNode.ts';
import { createShapeCache, slotOf } from '#shared/keyPattern/shapeCache.ts';

function cacheOf(key: string) {
  const tree = { removalCount: 0 };
  const cache = createShapeCache(tree);
  const way = key.split(/[:/|]/).map((segment) => createNode(segment, true));
  cache.find(key);
  cache.keep(key, way);
  return { tree, cache, way };
}

describe('shapeCache', () => {
  test('leads keys that differ in short numbers alone the same way', () => {
    const { cache, way } = cacheOf('app:user:12/7');
    expect(cache.find('app:user:9999999/0')).toBe(way);
  });

  test.each([
    ['another word', 'app:cart:12/7'],
    ['another separator', 'app:user:12:7'],
    ['a number that may be a date or a hash', 'app:user:20240101/7'],
    ['a word in place of a number', 'app:user:x/7'],
    ['a number in place of a word', 'app:1:12/7'],
    ['one segment more', 'app:user:12/7/7'],
    ['one segment less', 'app:user:12'],
    ['a longer word', 'app:users:12/7'],
  ])('does not know %s', (_name, key) => {
    expect(cacheOf('app:user:12/7').cache.find(key)).toBeNull();
  });

  test.each([
    ['parts at dots', 'app.user.12'],
    ['has an empty segment as IPv6 addresses do', '2001:db8::1'],
    ['has as many segments as an IPv6 address', '1:2:3:4:5:6:7:8'],
    ['has a brace', 'app:{user}:1'],
    ['is very long', `app:${'x'.repeat(300)}:1`],
  ])('keeps no way for a key that %s', (_name, key) => {
    expect(cacheOf(key).cache.find(key)).toBeNull();
  });

  test('forgets every way when a place has left the tree', () => {
    const { tree, cache } = cacheOf('app:user:12');
    tree.removalCount += 1;
    expect(cache.find('app:user:12')).toBeNull();
  });

  test('gives a key the slot that it has without a shape', () => {
    const { cache } = cacheOf('app:user:12');
    for (let at = 0; at < 100; at += 1) {
      cache.find(`app:user:${at}`);
      expect(cache.keyBit).toBe(slotOf(`app:user:${at}`));
    }
  });
});

describe('a learner with ways that it knows', () => {
  test('names words that it has known by their text {slug} once they are many', () => {
    const learner = createPatternLearner();
    for (let twice = 0; twice < 2; twice += 1) expect(learner.learn('post:title:1')).toBe('post:title:{id}');
    for (let at = 0; at < 400; at += 1) learner.learn(`post:t${String.fromCharCode(97 + (at % 26))}${at}x:1`);
    expect(learner.learn('post:title:1')).toBe('post:{slug}:{id}');
    expect(learner.patternOf('post:title:2')).toBe('post:{slug}:{id}');
  });

  test('keeps an address whole whose neighbour is none', () => {
    const learner = createPatternLearner();
    for (const key of ['ip:9:db8::1', 'ip:8:db8::1', 'ip:2001:db8::1', 'ip:2002:db8::1']) learner.learn(key);
    expect(learner.patternOf('ip:2003:db8::1')).toBe('ip:{ip}');
    expect(learner.patternOf('ip:7:db8::1')).toBe('ip:{id}:db8::{id}');
  });
});
