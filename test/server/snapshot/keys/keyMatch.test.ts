import { expect, test } from 'vitest';
import { keyMatch } from '#server/snapshot/keys/keyMatch.ts';
import { createPatternLearner } from '#shared/keyPattern/patternLearner.ts';

function matchOf(pattern: string, { known = [] }: { known?: readonly string[] } = {}) {
  const learner = createPatternLearner();
  for (let id = 0; id < 50; id += 1) learner.learn(`product:${id}`);
  const match = keyMatch(
    { kind: 'pattern', text: pattern },
    { learner, isKnown: (name) => known.includes(name) },
  );
  return (name: string) => match.accepts(Buffer.from(name));
}

test('a pattern that keys have is matched as the page names keys, and not as its glob does', () => {
  const accepts = matchOf('product:{id}', { known: ['product:{id}'] });
  expect(accepts('product:7')).toBe(true);
  expect(accepts('product:7:price')).toBe(false);
  expect(accepts('product:news')).toBe(false);
});

test('any other pattern is matched as a template that was declared', () => {
  const accepts = matchOf('cart:{user}:{item}');
  expect(accepts('cart:bob:7')).toBe(true);
  expect(accepts('cart:bob')).toBe(false);
});

test.each(['other', 'product:1', 'a{b}{c}{d}{e}'])('refuses %j with what is wrong', (pattern) => {
  expect(() => matchOf(pattern)).toThrow(expect.objectContaining({ code: 'badInput' }));
});
