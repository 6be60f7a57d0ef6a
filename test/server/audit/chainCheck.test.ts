import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { openChainCheck } from '#server/audit/chainCheck.ts';
import { openJsonLinesAuditLog } from '#server/audit/jsonLinesAuditLog.ts';
import { systemClock } from '#server/clock/clock.ts';
import { auditRecord } from '#test/support/audit/chainedEntries.ts';

let directory: string;
let path: string;
const pauses: number[] = [];

beforeEach(async () => {
  pauses.length = 0;
  directory = await mkdtemp(join(tmpdir(), 'cachescope-check-'));
  path = join(directory, 'audit.jsonl');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function openChecked(entryCount: number) {
  const audit = await openJsonLinesAuditLog({ path, nowMs: Date.now });
  for (let index = 0; index < entryCount; index += 1)
    await audit.append(auditRecord({ reason: `r${index}` }));
  const troubles: string[] = [];
  const { nowMs, elapsedMs, pause } = systemClock();
  const check = openChainCheck({
    audit,
    clock: {
      nowMs,
      elapsedMs,
      // Waits for the next regular check last as long as the test.
      pause: (ms, signal) => {
        pauses.push(ms);
        return pause(ms, signal);
      },
    },
    onTrouble: (text) => troubles.push(text),
  });
  return {
    audit,
    check,
    troubles,
    finish: () => vi.waitFor(() => expect(check.view().runningRatio).toBeNull()),
    close: async () => {
      await check.close();
      await audit.close();
    },
  };
}

it('says nothing before the first check, and then up to which entry the log is as it was written', async () => {
  const { audit, check, troubles, finish, close } = await openChecked(5);
  expect(check.view()).toEqual({ runningRatio: null, last: null });
  check.begin();
  expect(check.view().runningRatio).toBe(0);
  await audit.append(auditRecord());
  await finish();
  const { last } = check.view();
  expect(last?.verdict).toMatchObject({ isIntact: true, entryCount: 5, head: { sequence: 5 } });
  expect(last?.problem).toBe('');
  expect(troubles).toEqual([]);
  await close();
});

it('finds what was changed while the server ran, and tells the operator', async () => {
  const { check, troubles, finish, close } = await openChecked(5);
  const text = await readFile(path, 'utf8');
  await writeFile(path, text.replace('"r2"', '"r9"'));
  check.begin();
  await finish();
  expect(check.view().last?.verdict?.fault).toMatchObject({ kind: 'edited', lineNumber: 3 });
  expect(troubles).toEqual([expect.stringContaining('from line 3 on')]);
  await writeFile(path, text.split('\n').slice(0, 3).join('\n'));
  check.begin();
  await finish();
  expect(check.view().last?.verdict?.fault?.kind).toBe('truncated');
  await rm(path);
  check.begin();
  await finish();
  expect(check.view().last).toMatchObject({ verdict: null, problem: expect.stringContaining('ENOENT') });
  await close();
});

it('joins a check that runs, and ends with the server', async () => {
  const { check, close } = await openChecked(3);
  check.begin();
  check.begin();
  await close();
  check.begin();
  expect(check.view()).toEqual({ runningRatio: null, last: null });
});
