import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { seededRandom } from '#demo/source/seededRandom.ts';
import { GENESIS_HASH, sealEntry } from '#server/audit/auditChain.ts';
import { type VerifyOptions, verifyAuditLog } from '#server/audit/verifyAuditLog.ts';
import type { AuditEntry } from '#shared/acting/auditEntry.ts';
import { formatAuditLine } from '#shared/audit/auditLine.ts';
import { auditRecord, chainedEntries, jobRecord } from '#test/support/audit/chainedEntries.ts';

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cachescope-verify-'));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

async function verify(content: string | Buffer, options?: VerifyOptions) {
  const path = join(directory, 'audit.jsonl');
  await writeFile(path, content);
  return verifyAuditLog(path, options);
}

const entriesOf = (count: number) => [
  ...chainedEntries(Array.from({ length: count }, (_, index) => jobRecord(index))),
];
const linesOf = (entries: readonly AuditEntry[]) => entries.map((entry) => `${formatAuditLine(entry)}\n`);

describe('an intact log', () => {
  it('is told with its span and its head', async () => {
    const entries = entriesOf(250);
    const last = entries.at(-1);
    expect(await verify(linesOf(entries).join(''))).toEqual({
      isIntact: true,
      fault: null,
      entryCount: 250,
      head: { sequence: 250, hash: last?.hash },
      firstAtMs: 1_001_000,
      lastAtMs: 1_250_000,
      runCount: 1,
      tornByteCount: 0,
    });
  });

  it('may be empty, lack its last line end, or end in what a crash left of a line', async () => {
    expect(await verify('')).toMatchObject({ isIntact: true, entryCount: 0, head: null, firstAtMs: null });
    const text = linesOf(entriesOf(3)).join('');
    expect(await verify(text.slice(0, -1))).toMatchObject({
      isIntact: true,
      entryCount: 3,
      tornByteCount: 0,
    });
    expect(await verify(text.slice(0, -9))).toMatchObject({
      isIntact: true,
      entryCount: 2,
      head: { sequence: 2 },
    });
    expect((await verify(`${text}{"acti`)).tornByteCount).toBe(6);
  });

  it('holds heads that were noted at any time', async () => {
    const entries = entriesOf(5);
    expect(await verify(linesOf(entries).join(''), { heads: entries.slice(1, 4) })).toMatchObject({
      isIntact: true,
    });
  });
});

describe('what is wrong is told by its kind and its first line', () => {
  const all = entriesOf(6);
  const lines = linesOf(all);
  const [first, second, third] = all;
  if (first === undefined || second === undefined || third === undefined) throw new Error('no entries');
  const { hash: _hash, ...content } = third;
  const forged = formatAuditLine(sealEntry({ ...content, reason: 'forged' }));
  const cases: Record<string, [readonly string[], string, number]> = {
    'an edited entry': [
      lines.with(2, (lines[2] ?? '').replace('"tag:category', '"tag:Category')),
      'edited',
      3,
    ],
    'an entry in another form': [lines.with(2, (lines[2] ?? '').replace(',', ', ')), 'edited', 3],
    'a foreign line': [lines.toSpliced(4, 0, 'hello\n'), 'edited', 5],
    'an edited newest entry without its line end': [
      lines.with(5, (lines[5] ?? '').replace('"grace"', '"grice"').trimEnd()),
      'edited',
      6,
    ],
    'a dropped entry': [lines.toSpliced(2, 1), 'dropped', 3],
    'dropped first entries': [lines.slice(2), 'dropped', 1],
    'swapped entries': [
      [...lines.slice(0, 2), ...lines.slice(2, 4).reverse(), ...lines.slice(4)],
      'reordered',
      3,
    ],
    'a repeated entry': [lines.toSpliced(3, 0, lines[2] ?? ''), 'repeated', 4],
    'an entry sealed anew': [lines.with(2, `${forged}\n`), 'unchained', 4],
    'removed newest entries': [lines.slice(0, 4), 'truncated', 5],
    'a newest entry cut short': [lines.with(5, (lines[5] ?? '').slice(0, 40)), 'truncated', 6],
    'an emptied log': [[], 'truncated', 1],
  };
  const head = all.at(-1);

  it.each(Object.entries(cases))('%s', async (_name, [damaged, kind, lineNumber]) => {
    const verdict = await verify(damaged.join(''), { heads: head === undefined ? [] : [head] });
    expect(verdict).toMatchObject({ isIntact: false, fault: { kind, lineNumber } });
    expect(verdict.entryCount).toBe(lineNumber - 1);
  });

  it('a log that was rewritten as a whole', async () => {
    const other = linesOf([
      ...chainedEntries(Array.from({ length: 8 }, () => auditRecord({ reason: 'other' }))),
    ]);
    const verdict = await verify(other.join(''), { heads: [second] });
    expect(verdict).toMatchObject({ isIntact: false, fault: { kind: 'rewritten', lineNumber: 2 } });
  });
});

describe('an excerpt', () => {
  const entries = entriesOf(9);
  const lines = linesOf(entries);

  it('may begin anywhere and have gaps', async () => {
    const excerpt = [...lines.slice(2, 4), ...lines.slice(6)].join('');
    expect(await verify(excerpt)).toMatchObject({
      isIntact: false,
      fault: { kind: 'dropped', lineNumber: 1 },
    });
    expect(await verify(excerpt, { isExcerpt: true })).toMatchObject({
      isIntact: true,
      entryCount: 5,
      runCount: 2,
    });
  });

  it('has no edited entry, no other order and no broken chain inside of a run', async () => {
    const reversed = await verify([lines[6], lines[2]].join(''), { isExcerpt: true });
    expect(reversed.fault).toMatchObject({ kind: 'reordered', lineNumber: 2 });
    const [, , , fourth] = entries;
    if (fourth === undefined) throw new Error('no entry');
    const { hash: _hash, ...content } = fourth;
    const forged = `${formatAuditLine(sealEntry({ ...content, previousHash: GENESIS_HASH }))}\n`;
    const broken = await verify([lines[2], forged].join(''), { isExcerpt: true });
    expect(broken.fault).toMatchObject({ kind: 'unchained', lineNumber: 2 });
  });
});

/** Texts that come from anywhere, and lines longer than what is read at once. */
const SUBJECTS = [
  'tag:a',
  '\u001b[2J\r\n\u202e"hash":"',
  '日本語 ß €',
  '\ud800',
  'x'.repeat(70_000),
  '","hash":"',
  '',
];

function randomLog(random: () => number): readonly AuditEntry[] {
  const count = 1 + Math.floor(random() * 12);
  return [
    ...chainedEntries(
      Array.from({ length: count }, (_, index) => ({
        ...jobRecord(index),
        subject: SUBJECTS[Math.floor(random() ** 2 * SUBJECTS.length)] ?? '',
      })),
    ),
  ];
}

type Damage = (lines: readonly string[], random: () => number) => readonly string[];

const pick = (random: () => number, count: number) => Math.floor(random() * count);

/** Each gives other lines than it was given, or the same ones where there are too few. */
const damages: Record<string, Damage> = {
  'a changed byte': (lines, random) => {
    const at = pick(random, lines.length);
    const line = Buffer.from(lines[at] ?? '');
    const place = pick(random, line.length - 1);
    const before = line[place] ?? 0;
    // Any other byte, also one that makes no character; a line end would be two lines.
    line[place] = (before + 1 + pick(random, 255)) % 256;
    return lines.with(at, line.toString('latin1'));
  },
  'a removed entry': (lines, random) => lines.toSpliced(pick(random, lines.length), 1),
  'removed newest entries': (lines, random) => lines.slice(0, pick(random, lines.length)),
  'removed oldest entries': (lines, random) => lines.slice(1 + pick(random, lines.length)),
  'a cut file': (lines, random) => {
    const whole = lines.join('');
    // Without its very last byte, the line end, the log is whole.
    return [whole.slice(0, pick(random, whole.length - 1))];
  },
  'two swapped entries': (lines, random) => {
    const [one, other] = [pick(random, lines.length), pick(random, lines.length)];
    return lines.with(one, lines[other] ?? '').with(other, lines[one] ?? '');
  },
  'a repeated entry': (lines, random) =>
    lines.toSpliced(pick(random, lines.length + 1), 0, lines[pick(random, lines.length)] ?? ''),
  'an entry of another log': (lines, random) => {
    const at = pick(random, lines.length);
    const other = linesOf([
      ...chainedEntries(Array.from({ length: at + 1 }, () => auditRecord({ reason: 'foreign' }))),
    ]);
    return lines.with(at, other[at] ?? '');
  },
};

it('every one of 480 random changes is found, at the line where it begins or before', async () => {
  let madeCount = 0;
  const missed: string[] = [];
  for (const [name, damage] of Object.entries(damages)) {
    for (let seed = 1; seed <= 60; seed += 1) {
      const random = seededRandom(seed);
      const entries = randomLog(random);
      const lines = linesOf(entries);
      const damaged = damage(lines, random);
      const isText = name === 'a changed byte';
      const changedAt = damaged.findIndex((line, at) => line !== lines[at]);
      if (damaged.join('') === lines.join('')) continue;
      madeCount += 1;
      // Only the changed line is in another encoding: its bytes are to stay as they are.
      const content = isText
        ? Buffer.concat(damaged.map((line, at) => Buffer.from(line, at === changedAt ? 'latin1' : 'utf8')))
        : damaged.join('');
      const head = entries.at(-1);
      const { isIntact, fault } = await verify(content, { heads: head === undefined ? [] : [head] });
      const latest = changedAt < 0 ? damaged.length + 1 : changedAt + 2;
      const isNear = fault !== null && (name === 'a cut file' || fault.lineNumber <= latest);
      if (isIntact || !isNear) missed.push(`${name}, seed ${seed}: ${JSON.stringify(fault)}`);
    }
  }
  expect(missed).toEqual([]);
  expect(madeCount).toBeGreaterThan(400);
}, 60_000);
