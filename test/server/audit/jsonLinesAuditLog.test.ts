import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { appendFile, mkdtemp, open, readFile, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { type JsonLinesAuditLog, openJsonLinesAuditLog } from '#server/audit/jsonLinesAuditLog.ts';
import { verifyAuditLog } from '#server/audit/verifyAuditLog.ts';
import { auditRecord } from '#test/support/audit/chainedEntries.ts';

let directory: string;
let path: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cachescope-audit-'));
  path = join(directory, 'audit.jsonl');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const record = (subject: string) => auditRecord({ subject });

const openLog = () => openJsonLinesAuditLog({ path, nowMs: () => 1_000 });

async function writeSome(count: number): Promise<JsonLinesAuditLog> {
  const log = await openLog();
  for (let index = 1; index <= count; index += 1) await log.append(record(`tag:${index}`));
  return log;
}

describe('the log', () => {
  it('chains entries, keeps them over a restart, and lists the newest first in pages', async () => {
    const first = await writeSome(250);
    await first.close();
    const log = await openLog();
    await log.append(record('after'));
    expect((await log.list(2)).map((entry) => entry.sequence)).toEqual([251, 250]);
    const sequences: number[] = [];
    for (let before: number | undefined; ; ) {
      const page = await log.list(60, before);
      sequences.push(...page.map((entry) => entry.sequence));
      before = page.at(-1)?.sequence;
      if (page.length < 60) break;
    }
    expect(sequences).toEqual(Array.from({ length: 251 }, (_, index) => 251 - index));
    await log.close();
    expect(await verifyAuditLog(path)).toMatchObject({ isIntact: true, entryCount: 251, head: log.head() });
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('reads each byte of a long log about once when all of it is listed page by page', async () => {
    const first = await openLog();
    for (let index = 0; index < 400; index += 1) await first.append(record('x'.repeat(4_000)));
    await first.close();
    let readCount = 0;
    const log = await openJsonLinesAuditLog({
      path,
      nowMs: () => 1_000,
      openFile: async (name) => {
        const file = await open(name, 'a+');
        const read = file.read.bind(file);
        vi.spyOn(file, 'read').mockImplementation((...asked: Parameters<typeof read>) => {
          readCount += 1;
          return read(...asked);
        });
        return file;
      },
    });
    readCount = 0;
    let before: number | undefined;
    let listedCount = 0;
    for (;;) {
      const page = await log.list(20, before);
      listedCount += page.length;
      before = page.at(-1)?.sequence;
      if (page.length < 20) break;
    }
    await log.close();
    // 1.7 MB are 27 chunks; each of the 20 pages ends in the middle of one.
    expect({ listedCount, isBounded: readCount < 80 }).toEqual({ listedCount: 400, isBounded: true });
  });

  it('keeps the order of appends that are asked for at once', async () => {
    const log = await openLog();
    const entries = await Promise.all(
      Array.from({ length: 40 }, (_, index) => log.append(record(`${index}`))),
    );
    expect(entries.map((entry) => entry.sequence)).toEqual(entries.map((_, index) => index + 1));
    await log.close();
    expect((await verifyAuditLog(path)).isIntact).toBe(true);
  });

  it('writes nothing that a terminal would obey, and reads it back', async () => {
    const log = await openLog();
    const hostile = '\u001b[2J\r\n\u202egnp.exe\u0000\u009b31m\u2028"{}';
    await log.append(record(hostile));
    const text = await readFile(path, 'latin1');
    expect(text).toMatch(/^[\x20-\x7e]+\n$/);
    expect((await log.list(1))[0]?.subject).toBe(hostile);
    await log.close();
  });
});

describe('a line that a crash cut short', () => {
  it('is set aside at every length, and no whole entry is lost', async () => {
    const written = await writeSome(3);
    await written.close();
    const whole = await readFile(path);
    const lastLine = whole.lastIndexOf(0x0a, whole.length - 2) + 1;
    for (let length = lastLine; length <= whole.length; length += 17) {
      await writeFile(path, whole.subarray(0, length));
      const log = await openLog();
      const entry = await log.append(record('next'));
      expect(entry.sequence).toBe(length >= whole.length - 1 ? 4 : 3);
      expect(log.note === '').toBe(length === lastLine || length >= whole.length - 1);
      await log.close();
      expect((await verifyAuditLog(path)).isIntact).toBe(true);
    }
  });

  it('that holds a whole entry gets its line end back', async () => {
    const written = await writeSome(2);
    await written.close();
    await truncate(path, (await stat(path)).size - 1);
    const log = await openLog();
    expect((await log.append(record('next'))).sequence).toBe(3);
    await log.close();
    expect((await verifyAuditLog(path)).isIntact).toBe(true);
  });

  it('loses no acknowledged entry when the writer is killed at any moment', async () => {
    const writer = new URL('../../support/jobs/auditWriter.ts', import.meta.url).pathname;
    let acknowledged = 0;
    for (let round = 0; round < 12; round += 1) {
      const child = spawn(process.execPath, [writer, path], { stdio: ['ignore', 'pipe', 'inherit'] });
      const target = acknowledged + 1 + round * 7;
      const exited = once(child, 'exit');
      let text = '';
      child.stdout.on('data', (chunk) => {
        text += String(chunk);
        acknowledged = Math.max(acknowledged, Number(text.trimEnd().split('\n').at(-1)));
        if (acknowledged >= target) child.kill('SIGKILL');
      });
      await exited;
      const log = await openLog();
      await log.close();
      const verdict = await verifyAuditLog(path);
      expect(verdict.isIntact).toBe(true);
      expect(log.head()?.sequence ?? 0).toBeGreaterThanOrEqual(acknowledged);
    }
    expect(acknowledged).toBeGreaterThan(70);
  }, 90_000);
});

describe('an append that fails', () => {
  it('says so, is not in the log, and the next one works when the disk does', async () => {
    let isFull = false;
    const log = await openJsonLinesAuditLog({
      path,
      nowMs: () => 1_000,
      openFile: async (name) => {
        const file = await open(name, 'a+', 0o600);
        const write = file.appendFile.bind(file);
        file.appendFile = async (data) => {
          if (!isFull) return write(data);
          await write(String(data).slice(0, 20));
          throw new Error('ENOSPC: no space left on device');
        };
        return file;
      },
    });
    await log.append(record('one'));
    isFull = true;
    await expect(log.append(record('two'))).rejects.toMatchObject({ code: 'auditUnavailable' });
    expect(log.isWritable()).toBe(false);
    isFull = false;
    expect((await log.append(record('three'))).sequence).toBe(2);
    expect(log.isWritable()).toBe(true);
    await log.close();
    expect(await verifyAuditLog(path)).toMatchObject({ isIntact: true, entryCount: 2 });
  });

  it('is noticed to be over while somebody asks, without another append', async () => {
    let nowMs = 1_000;
    const log = await openJsonLinesAuditLog({
      path,
      nowMs: () => nowMs,
      openFile: async (name) => {
        const file = await open(name, 'a+', 0o600);
        file.appendFile = async () => {
          throw new Error('ENOSPC: no space left on device');
        };
        return file;
      },
    });
    await expect(log.append(record('one'))).rejects.toMatchObject({ code: 'auditUnavailable' });
    nowMs += 9_999;
    expect(log.isWritable()).toBe(false);
    await log.list(1);
    expect(log.isWritable()).toBe(false);
    nowMs += 1;
    // This look starts the probe; its outcome is told to the next one.
    expect(log.isWritable()).toBe(false);
    await log.list(1);
    expect(log.isWritable()).toBe(true);
    expect(existsSync(`${path}.probe`)).toBe(false);
    await log.close();
  });

  it('because the file was replaced or changed by another program is refused', async () => {
    const log = await writeSome(1);
    await appendFile(path, 'x');
    await expect(log.append(record('two'))).rejects.toMatchObject({ code: 'auditUnavailable' });
    // Again: what somebody else wrote is not taken for the rest of an entry of ours and removed.
    await expect(log.append(record('two'))).rejects.toMatchObject({ code: 'auditUnavailable' });
    expect(await readFile(path, 'utf8')).toMatch(/x$/);
    await truncate(path, (await stat(path)).size - 1);
    await log.append(record('two'));
    await rename(path, `${path}.1`);
    await writeFile(path, '');
    await expect(log.append(record('three'))).rejects.toMatchObject({ code: 'auditUnavailable' });
    await log.close();
  });

  it('because the directory is missing fails at the opening', async () => {
    const missing = join(directory, 'no', 'audit.jsonl');
    const opening = openJsonLinesAuditLog({ path: missing, nowMs: () => 0 });
    await expect(opening).rejects.toMatchObject({ code: 'auditUnavailable' });
  });
});

it('refuses to chain to an edited newest entry, also where its line end is gone', async () => {
  const log = await writeSome(2);
  await log.append(record('later'));
  await log.close();
  const edited = (await readFile(path, 'utf8')).replace('"later"', '"never"');
  await writeFile(path, edited);
  await expect(openLog()).rejects.toMatchObject({ code: 'auditUnavailable' });
  await writeFile(path, edited.trimEnd());
  await expect(openLog()).rejects.toMatchObject({ code: 'auditUnavailable' });
});
