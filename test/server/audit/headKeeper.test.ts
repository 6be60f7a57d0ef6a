import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { formatHead } from '#server/audit/auditChain.ts';
import { openHeadKeeper } from '#server/audit/headKeeper.ts';
import { openJsonLinesAuditLog } from '#server/audit/jsonLinesAuditLog.ts';
import { readNotedHeads } from '#server/audit/notedHeads.ts';
import { verifyAuditLog } from '#server/audit/verifyAuditLog.ts';
import { auditRecord } from '#test/support/audit/chainedEntries.ts';

let directory: string;
let path: string;
let announced: string[];
let endHour: () => void;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cachescope-head-'));
  path = join(directory, 'audit.jsonl');
  announced = [];
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function open() {
  const audit = await openJsonLinesAuditLog({ path, nowMs: () => 1_000 });
  const keeper = await openHeadKeeper({
    audit,
    announce: (line) => announced.push(line),
    pause: (_ms, signal) =>
      new Promise((resolve) => {
        endHour = resolve;
        signal.addEventListener('abort', () => resolve());
      }),
  });
  return {
    audit,
    keeper,
    close: async () => {
      await audit.close();
      await keeper.close();
    },
  };
}

const lineOf = (head: { sequence: number; hash: string } | null) =>
  `Cachescope audit head: ${head === null ? '' : formatHead(head)}`;

it('tells the head at the start, and after an hour when it changed', async () => {
  const first = await open();
  expect(announced).toEqual([]);
  await first.audit.append(auditRecord());
  const head = first.audit.head();
  endHour();
  await Promise.resolve();
  expect(announced).toEqual([lineOf(head)]);
  endHour();
  await first.close();
  expect(announced).toHaveLength(1);
  const second = await open();
  expect(announced).toEqual([lineOf(head), lineOf(head)]);
  await second.close();
});

it('notes the head beside the log after each entry', async () => {
  const { audit, close } = await open();
  for (let index = 0; index < 3; index += 1) await audit.append(auditRecord());
  await close();
  expect(await readNotedHeads(path)).toEqual([audit.head()]);
});

it('says that entries are gone, and later entries do not hide it', async () => {
  const first = await open();
  for (let index = 0; index < 3; index += 1) await first.audit.append(auditRecord());
  await first.close();
  const kept = (await readFile(path, 'utf8')).split('\n').slice(0, 2).join('\n');
  await writeFile(path, `${kept}\n`);
  const second = await open();
  expect(second.keeper.note).toContain('lacks entry 3');
  expect(second.keeper.note).toContain('it ends with entry 2 now');
  for (let index = 0; index < 5; index += 1) await second.audit.append(auditRecord({ reason: 'later' }));
  await second.close();
  const third = await open();
  expect(third.keeper.note).toBe('');
  await third.close();
  const verdict = await verifyAuditLog(path, { heads: await readNotedHeads(path) });
  expect(verdict.fault).toMatchObject({ kind: 'rewritten', lineNumber: 3 });
});

it('says that a log was deleted or put in place of another one', async () => {
  const first = await open();
  await first.audit.append(auditRecord());
  await first.close();
  await rm(path);
  const second = await open();
  expect(second.keeper.note).toContain('it is empty now');
  await second.audit.append(auditRecord({ reason: 'other' }));
  await second.close();
  expect((await verifyAuditLog(path, { heads: await readNotedHeads(path) })).fault?.kind).toBe('rewritten');
});
