import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { parseEntryLine } from '#server/audit/auditChain.ts';
import { openJsonLinesAuditLog } from '#server/audit/jsonLinesAuditLog.ts';
import { verifyAuditLog } from '#server/audit/verifyAuditLog.ts';
import { recoverInterrupted } from '#server/jobs/door/recoverInterrupted.ts';
import { formatAuditLine } from '#shared/audit/auditLine.ts';
import { auditRecord, chainedEntries } from '#test/support/audit/chainedEntries.ts';

/** All that a job with a second approver writes, but its end. */
const story = [
  auditRecord({ phase: 'planned', actor: 'ada' }),
  auditRecord({ phase: 'asked', actor: 'ada', reason: 'wrong prices' }),
  auditRecord({ phase: 'declined', actor: 'eve' }),
  auditRecord({ phase: 'withdrawn', actor: 'ada' }),
  auditRecord({ phase: 'approved', actor: 'bob' }),
  auditRecord({ phase: 'started', actor: 'ada', jobId: 'j', approver: 'bob' }),
];

async function openLog() {
  const directory = mkdtempSync(join(tmpdir(), 'cachescope-audit-'));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  const path = join(directory, 'audit.jsonl');
  const log = await openJsonLinesAuditLog({ path, nowMs: () => 1_000 });
  onTestFinished(() => log.close());
  for (const record of story) await log.append(record);
  return { log, path };
}

it('what a second approver said is an entry of a chain that verifies, and reads back', async () => {
  const { log, path } = await openLog();
  expect((await verifyAuditLog(path)).isIntact).toBe(true);
  const entries = (await log.list(10)).toReversed();
  expect(entries.map(({ phase }) => phase)).toEqual(story.map(({ phase }) => phase));
  expect(entries.at(-1)).toMatchObject({ approver: 'bob' });
  expect(entries[0]).not.toHaveProperty('approver');
});

it('another approver, or none, in place of the one that was written is an edited entry', () => {
  const started = [...chainedEntries(story)].at(-1);
  if (started === undefined) throw new Error('There is no entry.');
  const line = formatAuditLine(started);
  expect(parseEntryLine(line)).toEqual(started);
  expect(parseEntryLine(line.replace('"approver":"bob"', '"approver":"eve"'))).toMatch(/edited/);
  expect(parseEntryLine(line.replace('"approver":"bob",', ''))).toMatch(/edited/);
});

it('a search for a name finds the jobs that it approved', async () => {
  const { log } = await openLog();
  const found = await log.search({ filter: { text: 'BOB' }, limit: 10, order: 'newestFirst' });
  expect(found.entries.map(({ phase }) => phase)).toEqual(['started', 'approved']);
});

it('the record of a job that a crash ended names its approver', async () => {
  const { log } = await openLog();
  expect(await recoverInterrupted(log)).toBe(1);
  expect((await log.list(1))[0]).toMatchObject({ phase: 'interrupted', approver: 'bob', jobId: 'j' });
});
