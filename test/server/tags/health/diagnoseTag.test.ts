import { describe, expect, it } from 'vitest';
import { diagnoseTag } from '#server/tags/health/diagnoseTag.ts';
import type { SampledMember, TagSample } from '#server/tags/health/sampleTag.ts';
import { laravel } from '#server/tags/layouts/laravel.ts';
import { simple } from '#server/tags/layouts/simple.ts';

const HOUR_MS = 3_600_000;

const there = (ttlMs: number | null = HOUR_MS): SampledMember => ({
  ...{ key: Buffer.from('k'), bytes: 100, ttlMs, hasReverse: true },
});
const gone = (hasReverse = false): SampledMember => ({ key: Buffer.from('k'), bytes: null, hasReverse });
const times = (count: number, member: SampledMember) => Array.from({ length: count }, () => member);

function sample(members: readonly SampledMember[], more: Partial<TagSample> = {}): TagSample {
  return {
    ...{ atMs: 0, memberCount: members.length, isWhole: true, members },
    ...{ indexTtlMs: 2 * HOUR_MS, indexBytes: 4_000 },
    ...more,
  };
}

const kinds = (tagSample: TagSample, traits = simple.traits, usedMemoryBytes: number | null = null) =>
  diagnoseTag(tagSample, { traits, usedMemoryBytes }).map(({ kind, severity }) => [kind, severity]);

describe('what is wrong with the index of a tag', () => {
  it('is nothing where members exist and the index lives longer', () => {
    expect(kinds(sample(times(300, there())))).toEqual([]);
  });

  it('is an index that members outlive, by more than the reading of both takes', () => {
    const outlived = sample([...times(9, there()), there(3 * HOUR_MS)]);
    expect(kinds(outlived)).toEqual([['outlivedIndex', 'critical']]);
    const [finding] = diagnoseTag(outlived, { traits: simple.traits, usedMemoryBytes: null });
    expect(finding?.evidence).toBe(
      'The index expires in 2 h; 1 of 10 members whose TTL was read stay longer, the longest for 3 h. Every member was looked at.',
    );
    expect(finding?.firstStep).toContain('Repair the tag');
    expect(kinds(sample([there(2 * HOUR_MS + 900)]))).toEqual([]);
  });

  it('is one that a member without a TTL outlives, which no repair helps', () => {
    const [finding] = diagnoseTag(sample([there(null)]), { traits: simple.traits, usedMemoryBytes: null });
    expect(finding?.evidence).toContain('some never expire');
    expect(finding?.firstStep).toContain('A repair cannot');
  });

  it('cannot know whether a member outlives it whose TTL was not read', () => {
    expect(kinds(sample([{ key: Buffer.from('k'), bytes: 1, hasReverse: null }]))).toEqual([]);
  });

  it('is a fifth of the members gone, of 200 at least', () => {
    expect(kinds(sample([...times(160, there()), ...times(40, gone())]))).toEqual([['orphans', 'warning']]);
    expect(kinds(sample([...times(161, there()), ...times(39, gone())]))).toEqual([]);
    expect(kinds(sample([...times(100, there()), ...times(99, gone())]))).toEqual([]);
  });

  it('says the sample that it is of', () => {
    const members = [...times(150, there()), ...times(50, gone())];
    const [finding] = diagnoseTag(sample(members, { isWhole: false, memberCount: 50_000 }), {
      ...{ traits: simple.traits, usedMemoryBytes: null },
    });
    expect(finding?.evidence).toContain('50 of 200 members. By a sample of 200 members');
  });

  it('is lists of tags that no entry has', () => {
    const members = [...times(380, there()), ...times(20, gone(true))];
    expect(kinds(sample(members))).toEqual([['danglingReverse', 'note']]);
  });

  it('is too many members, or too much of the memory of a Redis that is not tiny', () => {
    const members = times(200, there());
    expect(kinds(sample(members, { isWhole: false, memberCount: 100_000 }))).toEqual([
      ['oversized', 'warning'],
    ]);
    const large = { indexBytes: 20 * 1_024 * 1_024 };
    expect(kinds(sample(members, large), simple.traits, 100 * 1_024 * 1_024)).toEqual([
      ['oversized', 'warning'],
    ]);
    expect(kinds(sample(members, large), simple.traits, null)).toEqual([]);
    expect(kinds(sample(members, { indexBytes: 2_000 }), simple.traits, 10_000)).toEqual([]);
  });

  it('is no TTL, where its members have one; by design of the library a note', () => {
    const forever = { indexTtlMs: null };
    expect(kinds(sample([there()], forever))).toEqual([['noIndexTtl', 'warning']]);
    expect(kinds(sample([there()], forever), laravel.traits)).toEqual([['noIndexTtl', 'note']]);
    expect(kinds(sample([there(null)], forever))).toEqual([]);
    // Of many tags in one key none has a TTL of its own.
    expect(kinds(sample([there()], { ...forever, indexBytes: null }))).toEqual([]);
  });
});
