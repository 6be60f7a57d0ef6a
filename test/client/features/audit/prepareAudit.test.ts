import { describe, expect, it } from 'vitest';
import { actorsOf, prepareAudit, preparePaging } from '#client/features/audit/prepareAudit.ts';
import type { AuditEntry } from '#shared/acting/auditEntry.ts';

function entry(more: Partial<AuditEntry> = {}): AuditEntry {
  return {
    sequence: 7,
    atMs: Date.UTC(2026, 10, 23, 14, 2, 11),
    targetId: 'default',
    environment: 'prod-eu',
    actor: 'local',
    action: 'purgeTag',
    phase: 'ended',
    planId: 'plan-1',
    jobId: 'job-1',
    subject: 'tag:category:electronics',
    plannedCount: 100,
    progress: {
      plannedCount: 100,
      scannedCount: 100,
      changedCount: 98,
      skippedCount: 2,
      failedCount: 0,
      unknownCount: 0,
    },
    outcome: 'Removed 98 keys.',
    reason: 'wrong prices',
    previousHash: 'a',
    hash: 'b',
    ...more,
  };
}

describe('prepareAudit', () => {
  it.each([
    ['a plan', { phase: 'planned', progress: null }, '100 planned', 'calm'],
    ['an end', {}, '98 of 100 removed, 2 gone already', 'calm'],
    ['a refusal', { phase: 'refused', plannedCount: null, progress: null }, '', 'warning'],
    ['an interruption', { phase: 'interrupted', progress: null }, '100 planned', 'bad'],
  ] as const)('%s', (_case, more, counts, tone) => {
    const [row] = prepareAudit([entry(more)]);
    expect(row).toMatchObject({ counts, tone, actor: 'local', action: 'purge tag' });
  });

  it('marks an end that left keys in doubt', () => {
    const progress = entry().progress;
    if (progress === null) throw new Error('no progress');
    const [row] = prepareAudit([entry({ progress: { ...progress, unknownCount: 1 } })]);
    expect(row).toMatchObject({ tone: 'bad', counts: '98 of 100 removed, 2 gone already, 1 not known' });
  });
});

describe('preparePaging', () => {
  it.each([
    ['an empty log', [], { searchedTo: null, isComplete: true }, undefined, [null, true, 'no entries']],
    ['the newest page', [9, 8, 7], { searchedTo: 7, isComplete: false }, undefined, [7, true, 'no. 9 to 7']],
    ['the oldest page', [2, 1], { searchedTo: 1, isComplete: true }, 3, [null, false, 'no. 2 to 1']],
    [
      'a search that goes on',
      [90],
      { searchedTo: 40, isComplete: false },
      undefined,
      [40, true, 'no. 90 to 90, searched back to no. 40'],
    ],
    [
      'a search without a find',
      [],
      { searchedTo: 40, isComplete: false },
      90,
      [40, false, 'no entries, searched back to no. 40'],
    ],
  ] as const)('%s', (_case, sequences, found, before, [olderBefore, isNewest, text]) => {
    const page = { ...found, entries: sequences.map((sequence) => entry({ sequence })) };
    expect(preparePaging(page, before)).toEqual({ olderBefore, isNewest, text });
  });
});

it('offers each actor once', () => {
  expect(actorsOf([entry(), entry({ actor: 'ada' }), entry()])).toEqual(['ada', 'local']);
});
