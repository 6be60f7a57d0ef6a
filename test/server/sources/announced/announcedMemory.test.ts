import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AnnouncedMemory, type RememberedInstance } from '#server/sources/announced/announcedMemory.ts';
import { parseInstanceSnapshot } from '#shared/control/instanceSnapshot.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cachescope-announced-'));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

let nowMs = 1_000_000_000_000;
const open = () => new AnnouncedMemory({ path: join(directory, 'announced.json'), nowMs: () => nowMs });

function shop(name: string): RememberedInstance {
  const snapshot = parseInstanceSnapshot(
    JSON.stringify({
      ...{ v: 1, service: 'shop', instance: name, version: '1', startedAtMs: 1, atMs: 2, everyMs: 1_000 },
      ...{ counts: [{ name: 'x_total', labels: [], count: 3 }], lags: [], warmers: [], patterns: [] },
      ...{ state: null, metricsUrl: `http://127.0.0.1:9100/${name}` },
    }),
  );
  if (snapshot === null) throw new Error('no snapshot');
  return { prefix: 'shop:', name, seenAtMs: nowMs, snapshot };
}

test('keeps who was noted over a start, without what they counted', async () => {
  const memory = open();
  memory.note([shop('a'), shop('b')]);
  await memory.settled();
  const [first, second] = open().read();
  expect(first).toMatchObject({ prefix: 'shop:', name: 'a', snapshot: { service: 'shop', counts: [] } });
  expect(second?.snapshot.metricsUrl).toBe('http://127.0.0.1:9100/b');
});

test('keeps the last ones when nobody is there any more, but not for ever', async () => {
  const memory = open();
  memory.note([shop('a')]);
  memory.note([]);
  await memory.settled();
  expect(open().read()).toHaveLength(1);
  nowMs += 6 * 3_600_000;
  expect(open().read()).toEqual([]);
});

test('writes again when somebody comes, and otherwise once a minute', async () => {
  const memory = open();
  const path = join(directory, 'announced.json');
  memory.note([shop('a')]);
  await memory.settled();
  await writeFile(path, 'touched');
  memory.note([shop('a')]);
  await memory.settled();
  expect(await readFile(path, 'utf8')).toBe('touched');
  memory.note([shop('a'), shop('b')]);
  await memory.settled();
  expect(open().read()).toHaveLength(2);
  await writeFile(path, 'touched');
  nowMs += 60_000;
  memory.note([shop('a'), shop('b')]);
  await memory.settled();
  expect(open().read()).toHaveLength(2);
});

test.each([
  '',
  '{',
  '{}',
  'null',
  '[1, null, {"prefix": 3}]',
  '[{"prefix":"a:","name":"a","seenAtMs":1,"snapshot":{}}]',
])('a damaged file is empty: %s', async (text) => {
  await writeFile(join(directory, 'announced.json'), text);
  expect(open().read()).toEqual([]);
});

test('a place that cannot be written to is left', async () => {
  const memory = new AnnouncedMemory({ path: join(directory, 'gone', 'announced.json'), nowMs: () => nowMs });
  memory.note([shop('a')]);
  await memory.settled();
  expect(memory.read()).toEqual([]);
});
