import { expect, test } from 'vitest';
import type { PatternDetail } from '#client/features/patterns/detail/preparePatternDetail.ts';
import { prepareTtlAtSet } from '#client/features/patterns/detail/prepareTtlAtSet.ts';
import { known } from '#shared/reading.ts';
import { listNowMs } from '../patternList.ts';
import { lookOf } from './look/lookFixture.ts';
import { detail, sample } from './patternDetail.ts';

const plain = (text: string) => text.replaceAll('\u202f', ' ');

/** Its longest TTL left is 99 s. */
function prepare(more: Partial<PatternDetail> = {}) {
  const model = prepareTtlAtSet(detail(null, { sample: known(sample, listNowMs, 'sample'), ...more }));
  return {
    facts: model?.facts.map(({ label, value }) => [label, plain(value)]),
    warning: model?.warning ?? null,
  };
}

const longest = ['Longest left', '1 min 39 s'];

test('who tells it stands beside the longest that is left: a declaration, headers of entries, metrics', () => {
  const { facts, warning } = prepare({
    declaredTtlMs: 100_000,
    look: known(lookOf(), listNowMs, 'a look'),
    freshnessAtSet: known({ meanMs: 285_000, entryCount: 1_234 }, listNowMs, 'metrics of catalog'),
  });
  expect(facts).toEqual([
    ['TTL at set', '1 min 40 s'],
    ['TTL at set', '~9 min 40 s to 10 min'],
    ['Fresh at set, mean', '4 min 45 s'],
    longest,
  ]);
  expect(warning).toBeNull();
});

test('is not known, and says who could tell it, where nobody does', () => {
  expect(prepare()).toEqual({ facts: [['TTL at set', '–'], longest], warning: null });
});

test('warns where more is left than was declared', () => {
  expect(plain(prepare({ declaredTtlMs: 60_000 }).warning ?? '')).toContain(
    'Some keys have more left (1 min 39 s) than the 1 min that --pattern-ttls declares',
  );
  expect(prepare({ declaredTtlMs: 98_500 }).warning).toBeNull();
});

test('is nothing where no key has a TTL', () => {
  const ttl = { ...sample.ttl, p50Ms: null, p90Ms: null, maxMs: null };
  expect(prepareTtlAtSet(detail(null, { sample: known({ ...sample, ttl }, listNowMs, '') }))).toBeNull();
  expect(prepareTtlAtSet(detail(null))).toBeNull();
});
