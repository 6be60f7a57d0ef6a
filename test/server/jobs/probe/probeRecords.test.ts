import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openProbeRecords } from '#server/jobs/probe/probeRecords.ts';
import type { ProbeResult } from '#shared/probe/probeResult.ts';

async function directory(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'cachescope-records-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

const intent = { address: '127.0.0.1:6379', before: 'K', during: 'KEm', atMs: 1 };
const result: ProbeResult = {
  jobId: 'job-1',
  schedule: 'window2s',
  windows: [{ fromMs: 1, toMs: 2_001 }],
  attachedMs: 2_000,
  endedEarly: '',
  patterns: [{ pattern: 'shop:product:{id}', hits: 8, misses: 2 }],
  notes: [],
};

test('what was written is there for the next process, and gone when it is cleared', async () => {
  const path = await directory();
  const records = openProbeRecords(path);
  expect(records.readIntent()).toBeNull();
  records.writeIntent(intent);
  records.saveResult(result);
  expect(openProbeRecords(path).readIntent()).toEqual(intent);
  expect(openProbeRecords(path).readResult()).toEqual(result);
  openProbeRecords(path).clearIntent();
  expect(records.readIntent()).toBeNull();
  expect(await readdir(path)).toEqual(['probe-result.json']);
});

test('a file that is cut or of another shape is none', async () => {
  const path = await directory();
  await writeFile(join(path, 'probe-setting.json'), JSON.stringify(intent).slice(0, -5));
  await writeFile(join(path, 'probe-result.json'), '{"jobId":1}');
  expect(openProbeRecords(path).readIntent()).toBeNull();
  expect(openProbeRecords(path).readResult()).toBeNull();
});

test('what has to be put back and cannot be written throws; a result does not', async () => {
  const records = openProbeRecords('/nowhere/at/all');
  expect(() => records.writeIntent(intent)).toThrow('ENOENT');
  records.saveResult(result);
});
