import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type SearchLimits, searchAuditLog } from '#server/audit/searchAuditLog.ts';
import type { AuditEntry } from '#shared/acting/auditEntry.ts';
import { type AuditFilter, type AuditQuery, matchesAudit } from '#shared/audit/auditFilter.ts';
import { auditFileText, auditRecord, chainedEntries, jobRecord } from '#test/support/audit/chainedEntries.ts';

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 2, 2);
const COUNT = 900;

/** An entry an hour, some longer than what is read at once, and a clock that was set back by half a day in the middle. */
const entries: readonly AuditEntry[] = [
  ...chainedEntries(
    Array.from({ length: COUNT }, (_, index) => ({
      ...jobRecord(index),
      ...(index % 97 === 5 ? { reason: `${'x'.repeat(90_000)} Needle "quoted" \u202e` } : {}),
      atMs: START_MS + index * HOUR_MS - (index > 400 ? 12 * HOUR_MS : 0),
    })),
  ),
];

let directory: string;
let path: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cachescope-search-'));
  path = join(directory, 'audit.jsonl');
  await writeFile(path, auditFileText(entries));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function openLog(text?: string) {
  if (text !== undefined) await writeFile(path, text);
  const file = await open(path, 'r');
  const { size } = await file.stat();
  return { file, endByte: size, starts: new Map<number, number>() };
}

/** All that is found, page by page, and in how many of them. */
async function searchAll(query: Omit<AuditQuery, 'after'>, limits?: SearchLimits) {
  const log = await openLog();
  const found: number[] = [];
  let pageCount = 0;
  try {
    for (let after: number | undefined; ; ) {
      const page = await searchAuditLog(log, { ...query, after }, limits);
      found.push(...page.entries.map(({ sequence }) => sequence));
      pageCount += 1;
      if (page.isComplete || page.searchedTo === null) return { found, pageCount };
      after = page.searchedTo;
    }
  } finally {
    await log.file.close();
  }
}

const expected = (filter: AuditFilter, order: AuditQuery['order']) => {
  const matching = entries.filter((entry) => matchesAudit(entry, filter)).map(({ sequence }) => sequence);
  return order === 'newestFirst' ? matching.reverse() : matching;
};

const filters: Record<string, AuditFilter> = {
  everything: {},
  'an actor': { actor: 'ada' },
  'an actor who is part of another name': { actor: 'ad' },
  'a phase': { phase: 'started' },
  'how jobs ended': { state: 'failed' },
  'a plan': { planId: 'plan-77' },
  'a text in any case': { text: 'nEEdle "QUOTED" \u202e' },
  'a name of a field': { text: 'actor' },
  'part of a hash': { text: entries[500]?.hash.slice(10, 30) },
  'from a time on': { sinceMs: START_MS + 405 * HOUR_MS },
  'until a time': { untilMs: START_MS + 395 * HOUR_MS },
  'a span around the clock that was set back': {
    sinceMs: START_MS + 392 * HOUR_MS,
    untilMs: START_MS + 401 * HOUR_MS,
  },
  'a span and an actor': {
    sinceMs: START_MS + 700 * HOUR_MS,
    untilMs: START_MS + 800 * HOUR_MS,
    actor: 'grace',
  },
  'before the first': { untilMs: START_MS },
  'after the last': { sinceMs: START_MS + 5_000 * HOUR_MS },
};

describe.each(['newestFirst', 'oldestFirst'] as const)('%s', (order) => {
  it.each(Object.entries(filters))(
    'finds %s, each once and in order, in pages of any length',
    async (_, filter) => {
      const all = expected(filter, order);
      expect((await searchAll({ filter, order, limit: 1_000 })).found).toEqual(all);
      expect((await searchAll({ filter, order, limit: 7 })).found).toEqual(all);
      const limits = { searchedBytes: 100_000, answerBytes: 3_000 };
      const bounded = await searchAll({ filter, order, limit: 50 }, limits);
      expect(bounded.found).toEqual(all);
    },
  );

  it('goes on from any entry', async () => {
    const log = await openLog();
    for (const after of [1, 2, 5, 6, 399, 403, 899, 900]) {
      const { entries: found } = await searchAuditLog(log, { filter: {}, order, limit: 2, after });
      const wanted = order === 'newestFirst' ? [after - 1, after - 2] : [after + 1, after + 2];
      expect(found.map(({ sequence }) => sequence)).toEqual(wanted.filter((at) => at >= 1 && at <= COUNT));
    }
    await log.file.close();
  });
});

it('stops at its bound and says how far it came', async () => {
  const log = await openLog();
  const answer = await searchAuditLog(
    log,
    { filter: { actor: 'nobody' }, order: 'newestFirst', limit: 10 },
    { searchedBytes: 20_000, answerBytes: 1_000_000 },
  );
  await log.file.close();
  expect(answer).toMatchObject({ entries: [], isComplete: false });
  expect(answer.searchedTo).toBeLessThan(COUNT);
  expect(answer.searchedTo).toBeGreaterThan(COUNT - 100);
});

it('finds a page in the middle of a long log by some reads', async () => {
  const log = await openLog();
  let readCount = 0;
  const counting = new Proxy(log.file, {
    get: (file, name) => {
      if (name === 'read') readCount += 1;
      const value = Reflect.get(file, name);
      return typeof value === 'function' ? value.bind(file) : value;
    },
  });
  await searchAuditLog(
    { ...log, file: counting },
    { filter: {}, order: 'newestFirst', limit: 10, after: 450 },
  );
  await log.file.close();
  // 1.4 MB: four halvings of some chunks each, and the page.
  expect(readCount).toBeLessThan(30);
});

it('passes over damaged lines and shows none of them', async () => {
  const sound = [
    ...chainedEntries(Array.from({ length: 300 }, (_, index) => auditRecord({ reason: `r${index}` }))),
  ];
  const lines = auditFileText(sound).trimEnd().split('\n');
  const damaged = lines
    .with(100, (lines[100] ?? '').replace('r100', 'r999'))
    .with(200, 'garbage')
    .with(201, '')
    .join('\n');
  const log = await openLog(`${damaged}\n`);
  for (const order of ['newestFirst', 'oldestFirst'] as const) {
    const { entries: found } = await searchAuditLog(log, { filter: {}, order, limit: 1_000 });
    expect(found).toHaveLength(297);
    const after = order === 'newestFirst' ? 203 : 199;
    const next = await searchAuditLog(log, { filter: {}, order, limit: 1, after });
    expect(next.entries[0]?.sequence).toBe(order === 'newestFirst' ? 200 : 200);
  }
  await log.file.close();
});
