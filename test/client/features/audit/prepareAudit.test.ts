import { describe, expect, it } from 'vitest';
import { auditCsv, prepareAudit, preparePaging } from '#client/features/audit/prepareAudit.ts';
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
    ['an empty log', [], undefined, { olderBefore: null, isNewest: true, text: 'no entries' }],
    ['the newest page', [9, 8, 7], undefined, { olderBefore: 7, isNewest: true, text: 'entries 9 to 7' }],
    ['the oldest page', [2, 1], 3, { olderBefore: null, isNewest: false, text: 'entries 2 to 1' }],
  ])('%s', (_case, sequences, before, paging) => {
    expect(
      preparePaging(
        sequences.map((sequence) => entry({ sequence })),
        before,
      ),
    ).toEqual(paging);
  });
});

describe('auditCsv', () => {
  it('is one line per entry with a heading', () => {
    const [heading, line, end] = auditCsv([entry()]).split('\r\n');
    expect(heading).toMatch(/^sequence,at,actor/);
    expect(line).toBe(
      '7,2026-11-23T14:02:11Z,local,purgeTag,ended,tag:category:electronics,100,98,2,0,0,Removed 98 keys.,wrong prices,b',
    );
    expect(end).toBe('');
  });

  it.each([
    ['=HYPERLINK("http://evil")', '"\'=HYPERLINK(""http://evil"")"'],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\tx', "'\tx"],
    ['a,b', '"a,b"'],
    ['two\nlines', '"two\nlines"'],
    ['plain', 'plain'],
  ])('writes the reason %j as %j', (reason, cell) => {
    expect(auditCsv([entry({ reason })])).toContain(`,${cell},b\r\n`);
  });
});
