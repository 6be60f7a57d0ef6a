import { readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { KeptBatch } from '#server/jobs/undo/keptBatch.ts';
import { UNDO_KEPT_MS, UndoFault, type UndoRecord, UndoVault } from '#server/jobs/undo/undoVault.ts';
import { type ManualClock, manualClock } from '#test/support/manualClock.ts';

let directory: string;
let clock: ManualClock;
beforeEach(() => {
  directory = join(tmpdir(), `cachescope-vault-${process.pid}-${performance.now()}`);
  clock = manualClock();
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const from = { jobId: 'job-1', words: 'tagged a', subject: 'tag:a' };

function batchOf(count: number, bytes = Buffer.from('a secret value')): KeptBatch {
  return {
    values: Array.from({ length: count }, (_, at) => ({
      ...{ key: Buffer.from([0xff, 0, at]), form: 'dump' as const, bytes, expiresAtMs: at === 0 ? null : at },
    })),
    indexValues: [],
    members: [
      { index: Buffer.from('tag:a'), type: 'set', members: [Buffer.from([0xff, 0, 1])], expiresAtMs: 5 },
    ],
    fields: [
      {
        ...{ index: Buffer.from('__sharedTags__'), expiresAtMs: null },
        fields: [{ name: Buffer.from([0xff, 0]), value: Buffer.from('["a"]') }],
      },
    ],
  };
}

async function readAll(record: UndoRecord): Promise<KeptBatch[]> {
  const all: KeptBatch[] = [];
  for await (const batch of record.batches()) all.push(batch);
  return all;
}

it('gives back what it took in, in order, byte for byte', async () => {
  const vault = new UndoVault({ directory, clock });
  const record = vault.begin(from);
  const batches = [batchOf(3), batchOf(1, Buffer.alloc(100_000, 7))];
  for (const batch of batches) await record.append(batch);
  expect(vault.find('job-1')).toBeNull();
  await record.seal();
  expect(vault.find('job-1')).toBe(record);
  expect(record).toMatchObject({ keyCount: 4, entryCount: 0, untilMs: clock.nowMs() + UNDO_KEPT_MS });
  expect(await readAll(record)).toEqual(batches);
  await vault.close();
});

it('keeps nothing readable on disk, for nobody but its own process, and nothing past its time', async () => {
  const vault = new UndoVault({ directory, clock });
  const record = vault.begin(from);
  await record.append(batchOf(2));
  await record.seal();
  const path = join(directory, 'job-1.bin');
  expect((await readFile(path)).includes('secret')).toBe(false);
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  clock.advance(UNDO_KEPT_MS);
  expect(vault.find('job-1')).toBeNull();
  await vault.sweep();
  await expect(stat(path)).rejects.toMatchObject({ code: 'ENOENT' });
  expect(vault.freeBytes()).toBe(256 * 1_024 * 1_024);
});

it('a vault that opens deletes what a server that is gone has left', async () => {
  const gone = new UndoVault({ directory, clock });
  await gone.begin(from).append(batchOf(2));
  const next = new UndoVault({ directory, clock });
  await expect(stat(join(directory, 'job-1.bin'))).rejects.toMatchObject({ code: 'ENOENT' });
  expect(next.find('job-1')).toBeNull();
});

it('refuses what does not fit, and a record of nothing is no record', async () => {
  const vault = new UndoVault({ directory, clock, mostBytes: 1_000 });
  const record = vault.begin(from);
  await expect(record.append(batchOf(1, Buffer.alloc(2_000)))).rejects.toThrow(UndoFault);
  await record.seal();
  expect(vault.find('job-1')).toBeNull();
});

it('says when somebody else has changed what was kept', async () => {
  const vault = new UndoVault({ directory, clock });
  const record = vault.begin(from);
  await record.append(batchOf(2));
  await record.seal();
  const path = join(directory, 'job-1.bin');
  const bytes = await readFile(path);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  await writeFile(path, bytes);
  await expect(readAll(record)).rejects.toThrow(/changed by somebody else/);
  await vault.close();
});
