import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type JsonLinesAuditLog, openJsonLinesAuditLog } from '#server/audit/jsonLinesAuditLog.ts';
import { noteSettled, readSettledSequence } from '#server/audit/settledEntries.ts';
import { recoverInterrupted } from '#server/jobs/door/recoverInterrupted.ts';
import { auditFileText, auditRecord, chainedEntries } from '#test/support/audit/chainedEntries.ts';

let directory: string;
let path: string;
let log: JsonLinesAuditLog;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cachescope-settled-'));
  path = join(directory, 'audit.jsonl');
  log = await openJsonLinesAuditLog({ path, nowMs: () => 1_000 });
});
afterEach(async () => {
  await log.close();
  await rm(directory, { recursive: true, force: true });
});

/** As a start of the server does. */
async function recover(): Promise<number> {
  const count = await recoverInterrupted(log, await readSettledSequence(log));
  await noteSettled(log);
  return count;
}

const start = (jobId: string) => log.append(auditRecord({ phase: 'started', jobId }));

it('jobs that were started since are closed, those before need not be looked at again', async () => {
  await start('one');
  expect(await recover()).toBe(1);
  expect(await readSettledSequence(log)).toBe(2);
  await start('two');
  await start('three');
  await log.append(auditRecord({ phase: 'ended', jobId: 'two' }));
  expect(await recover()).toBe(1);
  expect((await log.list(1))[0]).toMatchObject({ phase: 'interrupted', jobId: 'three' });
  expect(await recover()).toBe(0);
  expect(await readSettledSequence(log)).toBe(6);
});

it('a log in place of the one that it was noted of is read to its beginning', async () => {
  await log.append(auditRecord());
  await log.append(auditRecord());
  await recover();
  await log.close();
  const others = [auditRecord({ phase: 'started', jobId: 'one' }), auditRecord(), auditRecord()];
  await writeFile(path, auditFileText(chainedEntries(others)));
  log = await openJsonLinesAuditLog({ path, nowMs: () => 1_000 });
  expect(await readSettledSequence(log)).toBe(0);
  expect(await recover()).toBe(1);
});
