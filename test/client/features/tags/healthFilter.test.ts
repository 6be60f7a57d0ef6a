import { describe, expect, it } from 'vitest';
import { filterByHealth, healthFilter } from '#client/features/tags/healthFilter.ts';
import { notLookedAtNote } from '#client/features/tags/prepareTags.ts';
import { unknown } from '#shared/reading.ts';
import type { TagFindingSign } from '#shared/tags/tagFinding.ts';
import type { TagHealth, TagList, TagSummary } from '#shared/tags/tagSummary.ts';

function tag(name: string, findings: readonly TagFindingSign[] | null): TagSummary {
  const health: TagHealth | null =
    findings === null
      ? null
      : {
          ...{ lookedAtMs: 0, sampledCount: 1, orphans: null, bytes: null, findings },
          hitsPerSecond: unknown('notSupported', ''),
        };
  return {
    ...{ layout: 'simple', layoutName: 'Cachescope', tag: name, tagKey: name, memberCount: 1 },
    ...{ ttlMs: null, indexBytes: null, health, growth: null },
  };
}

const tags = [
  tag('well', []),
  tag('orphaned', [{ kind: 'orphans', severity: 'warning' }]),
  tag('outlived', [{ kind: 'outlivedIndex', severity: 'critical' }]),
  tag('new', null),
];
const names = (filter: Parameters<typeof filterByHealth>[1]) =>
  filterByHealth(tags, filter).map((shown) => shown.tag);

describe('the filter by health', () => {
  it('keeps those with any finding, or with one kind of it', () => {
    expect(names('all')).toHaveLength(4);
    expect(names('any')).toEqual(['orphaned', 'outlived']);
    expect(names('outlivedIndex')).toEqual(['outlived']);
    expect(names('oversized')).toEqual([]);
  });

  it('reads an address that it does not understand as no filter', () => {
    expect([healthFilter('orphans'), healthFilter('nonsense'), healthFilter(undefined)]).toEqual([
      'orphans',
      'all',
      'all',
    ]);
  });

  it('is told to miss what was not looked at yet', () => {
    const list: TagList = {
      ...{ tags, readAtMs: 0, walkEndedAtMs: 0, scannedCount: 1, keyCount: 1, leftOutCount: 0 },
      ...{ isComplete: true, isWalking: false, isLooking: true },
    };
    expect(notLookedAtNote(list)).toBe('3 of 4 tags were looked at so far; the server goes on with it');
    expect(notLookedAtNote({ ...list, tags: tags.slice(0, 3) })).toBeNull();
  });
});
