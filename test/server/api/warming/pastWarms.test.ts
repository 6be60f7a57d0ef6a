import { describe, expect, it } from 'vitest';
import { pastWarms } from '#server/api/warming/pastWarms.ts';
import type { AuditEntry } from '#shared/acting/auditEntry.ts';
import type { Job } from '#shared/acting/job.ts';
import { known } from '#shared/reading.ts';
import type { Mark } from '#shared/series.ts';
import { auditRecord, chainedEntries } from '#test/support/audit/chainedEntries.ts';
import { warmJob } from '#test/support/jobs/warmJob.ts';

const MIN = 60_000;
const warm = { perSecond: 50, plannedMs: 8_000, patterns: ['shop:product:{id}'] };

type Told = Partial<AuditEntry> & { readonly atMs: number };

/** Entries of runs, as the log would hold them. */
function entriesOf(...told: readonly Told[]) {
  const records = told.map((more) => ({
    ...auditRecord({ action: 'warm', jobId: 'warm-1', subject: 'shop: top', plannedCount: 400, warm }),
    ...more,
  }));
  return [...chainedEntries(records)].reverse();
}

interface Around {
  readonly nowMs?: number;
  readonly jobs?: readonly Job[];
  readonly marks?: readonly Mark[];
}

function past(entries: readonly AuditEntry[], { nowMs = 100 * MIN, jobs = [], marks = [] }: Around = {}) {
  return pastWarms({
    ...{ entries, jobs, nowMs },
    marksIn: ({ fromMs, toMs }) => marks.filter(({ atMs }) => atMs >= fromMs && atMs <= toMs),
    hitRatioIn: ({ fromMs, toMs }, patterns) => known(fromMs / MIN, toMs, patterns.join()),
  });
}

const started: Told = { phase: 'started', atMs: 60 * MIN, actor: 'ada', reason: 'cold' };

describe('a past run', () => {
  it('has what was planned, what came of it, and the hit rate of its patterns before and after', () => {
    const ended: Told = { phase: 'ended', atMs: 62 * MIN, outcome: 'completed: 400 of 400 entries: done.' };
    const [run, ...others] = past(entriesOf({ phase: 'planned', atMs: 59 * MIN }, started, ended));
    expect(others).toEqual([]);
    expect(run).toEqual({
      ...{ jobId: 'warm-1', subject: 'shop: top', actor: 'ada', reason: 'cold', state: 'completed' },
      ...{ outcome: '400 of 400 entries: done.', startedAtMs: 60 * MIN, endedAtMs: 62 * MIN },
      ...{ plannedCount: 400, perSecond: 50, plannedMs: 8_000, auditSequence: 2 },
      effect: {
        before: known(55, 60 * MIN, 'shop:product:{id}'),
        after: known(62, 67 * MIN, 'shop:product:{id}'),
        ...{ afterMs: 5 * MIN, spanMs: 5 * MIN },
      },
    });
  });

  it('that ended a moment ago has no effect that is known yet, and then one until now, with of how long', () => {
    const entries = entriesOf(started, { phase: 'ended', atMs: 62 * MIN, outcome: 'failed: No.' });
    expect(past(entries, { nowMs: 62.5 * MIN })[0]).toMatchObject({
      ...{ state: 'failed', effect: { before: { state: 'known' }, after: { reason: 'pending' } } },
    });
    expect(past(entries, { nowMs: 64 * MIN })[0]?.effect).toMatchObject({
      ...{ after: { atMs: 64 * MIN }, afterMs: 2 * MIN, spanMs: 5 * MIN },
    });
  });

  it.each([
    ['outage', 56, 'unknown', 'known'],
    ['restart', 61, 'known', 'unknown'],
    ['emptied', 66, 'known', 'unknown'],
    ['outage', 54, 'known', 'known'],
    ['restart', 68, 'known', 'known'],
    ['purge', 61, 'known', 'known'],
  ] as const)(
    'with the mark %s at minute %d has a hit rate before that is %s, and one after that is %s',
    (kind, minute, before, after) => {
      const entries = entriesOf(started, { phase: 'ended', atMs: 62 * MIN, outcome: 'completed: Yes.' });
      const [run] = past(entries, { marks: [{ atMs: minute * MIN, kind, text: '' }] });
      expect([run?.effect.before.state, run?.effect.after.state]).toEqual([before, after]);
    },
  );

  it('during which Redis began anew says so in place of a hit rate', () => {
    const entries = entriesOf(started, { phase: 'ended', atMs: 62 * MIN, outcome: 'completed: Yes.' });
    const marks = [{ atMs: 61 * MIN, kind: 'restart', text: '' }] as const;
    expect(past(entries, { marks })[0]?.effect.after).toMatchObject({
      detail: 'Redis began anew at that time, which moves the hit rate whatever is warmed.',
    });
  });

  it('that runs is as its job says, and of one that nobody knows the outcome is not known', () => {
    const job = warmJob({ state: 'paused', outcome: '' });
    expect(past(entriesOf(started), { jobs: [job] })[0]).toMatchObject({
      ...{ state: 'paused', endedAtMs: null, effect: { after: { reason: 'pending' } } },
    });
    expect(past(entriesOf(started))[0]).toMatchObject({
      ...{ state: 'unknown', outcome: expect.stringContaining('Neither') },
    });
  });

  it('that the server did not survive has no end', () => {
    const died: Told = { phase: 'interrupted', atMs: 90 * MIN, outcome: 'The server ended.' };
    expect(past(entriesOf(started, died))[0]).toMatchObject({
      ...{ state: 'interrupted', endedAtMs: null, outcome: 'The server ended.' },
    });
  });

  it('of a log that does not say what was warmed has neither a plan nor an effect', () => {
    const [run] = past(entriesOf(started).map(({ warm: _warm, ...older }) => older));
    expect(run).toMatchObject({
      ...{ perSecond: null, plannedMs: null },
      effect: { before: { state: 'unknown' }, after: { state: 'unknown' } },
    });
  });

  it('without its start among the entries is left out, and others stand newest first', () => {
    const other = { ...started, jobId: 'warm-2', atMs: 70 * MIN };
    const entries = entriesOf(
      { phase: 'ended', jobId: 'warm-0', atMs: 50 * MIN, outcome: 'completed: .' },
      started,
      other,
    );
    expect(past(entries).map(({ jobId }) => jobId)).toEqual(['warm-2', 'warm-1']);
  });
});
