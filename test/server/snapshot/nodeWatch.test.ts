import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { HistoryStore } from '#server/history/historyStore.ts';
import { openSqliteHistory } from '#server/history/sqlite/openSqliteHistory.ts';
import { openLookupLedger } from '#server/redis/lookupLedger.ts';
import { RedisFault, type RedisReply } from '#server/redis/redisConnection.ts';
import { NodeWatch } from '#server/snapshot/nodeWatch.ts';

const TARGET = 'default';
const START_MS = Date.UTC(2026, 2, 2);
const STEP_MS = 10_000;

let directory: string;
let nowMs: number;
let history: HistoryStore;
let watch: NodeWatch;
/** What becomes of INFO; null = it is answered. */
let fault: RedisFault | null;
let keyCount: number;
let flushCalls: number;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'cachescope-node-'));
  nowMs = START_MS;
  fault = null;
  keyCount = 500;
  flushCalls = 0;
  history = openSqliteHistory({ directory, clock: () => nowMs, log: () => {} });
  const pipeline = async (): Promise<RedisReply[]> => [fault ?? Buffer.from(info()), Buffer.from('PONG')];
  const connection = { role: 'monitor', pipeline, send: async () => null, close: () => {} } as const;
  const ledger = openLookupLedger();
  watch = new NodeWatch({ targetId: TARGET, nodeId: 'a', connection, ledger, history, nowMs: () => nowMs });
});
afterEach(() => {
  history.close();
  rmSync(directory, { recursive: true, force: true });
});

/** A node with ten hits a second since the start. */
function info(): string {
  const hits = (nowMs - START_MS) / 100;
  return `# Server\r\nrun_id:a\r\nuptime_in_seconds:${(nowMs - START_MS) / 1_000}\r\n# Stats\r\nkeyspace_hits:${hits}\r\nkeyspace_misses:0\r\ntotal_commands_processed:${hits}\r\n# Commandstats\r\ncmdstat_info:calls=1\r\ncmdstat_flushall:calls=${flushCalls}\r\n# Keyspace\r\ndb0:keys=${keyCount},expires=0\r\n`;
}

async function readSteps(fromStep: number, toStep: number): Promise<void> {
  for (let step = fromStep; step < toStep; step += 1) {
    nowMs = START_MS + step * STEP_MS;
    await watch.read();
  }
}

function hitsOf(stepCount: number): readonly (number | null)[] {
  const span = { fromMs: START_MS, toMs: START_MS + stepCount * STEP_MS };
  return history.nodeSeries(TARGET, 'a', span, 360).hits.values;
}

test('what was counted while INFO could not be read is in no step and no rate', async () => {
  await readSteps(0, 4);
  fault = new RedisFault('timeout', 'INFO', 'Redis did not answer in time.');
  await readSteps(4, 30);
  fault = null;
  await readSteps(30, 31);
  expect(watch.snapshot().rates.commandsPerSecond).toBeNull();
  expect(watch.snapshot().lookups).toMatchObject({ state: 'unknown' });
  await readSteps(31, 33);
  expect(watch.snapshot().rates.commandsPerSecond).toBe(10);
  expect(watch.snapshot().lookups).toMatchObject({ value: { hits: 200, windowMs: 2 * STEP_MS } });
  expect(hitsOf(33)).toEqual(
    Array.from({ length: 33 }, (_, step) => (step < 3 || (step >= 30 && step < 32) ? 100 : null)),
  );
});

test('look-ups are denied, not pending, where INFO is denied', async () => {
  fault = new RedisFault('notPermitted', 'INFO', 'Add +info to its ACL.');
  await readSteps(0, 2);
  expect(watch.snapshot().lookups).toMatchObject({ reason: 'notPermitted', detail: 'Add +info to its ACL.' });
});

const marked = () =>
  history.marks(TARGET, { fromMs: 0, toMs: nowMs + 1 }).map(({ kind, text }) => `${kind}: ${text}`);

test('keys that a purge took are no emptying, and keys that went by themselves are', async () => {
  await readSteps(0, 2);
  history.recordMark(TARGET, { atMs: nowMs, kind: 'purge', text: 'Purge started' });
  keyCount = 3;
  await readSteps(2, 3);
  expect(marked()).toEqual(['purge: Purge started']);
  keyCount = 500;
  await readSteps(3, 4);
  await readSteps(400, 401);
  keyCount = 3;
  await readSteps(401, 402);
  expect(marked().slice(1)).toEqual(['emptied: Redis lost nearly all of its keys; 500 keys before, 3 after']);
});

test('a flush is marked even beside a purge, and flushes over and over once a minute', async () => {
  await readSteps(0, 1);
  history.recordMark(TARGET, { atMs: nowMs, kind: 'purge', text: 'Purge started' });
  for (let step = 1; step < 13; step += 1) {
    keyCount = step % 2 === 0 ? 500 : 0;
    flushCalls += 1;
    await readSteps(step, step + 1);
  }
  expect(marked().slice(1)).toEqual(
    Array(2).fill('emptied: Redis was emptied by FLUSHALL; 500 keys before, 0 after'),
  );
});
