import { execFile } from 'node:child_process';
import { chmod, copyFile, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openJsonLinesAuditLog } from '#server/audit/jsonLinesAuditLog.ts';
import { verifyAuditLog } from '#server/audit/verifyAuditLog.ts';
import { openServer } from '#server/openServer.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { apiClient } from '#test/support/apiClient.ts';
import { auditRecord } from '#test/support/audit/chainedEntries.ts';
import { startRedis } from '#test/support/startRedis.ts';
import { testConfig, testSurroundings } from '#test/support/testConfig.ts';

let directory: string;
let path: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cachescope-fault-'));
  path = join(directory, 'audit.jsonl');
});
afterEach(async () => {
  await chmod(directory, 0o700);
  await rm(directory, { recursive: true, force: true });
});

const writer = new URL('../support/audit/limitedWriter.ts', import.meta.url).pathname;

interface Told {
  readonly isOpened: boolean;
  readonly appendedCount: number;
  readonly refusals: readonly string[];
  readonly trouble: string | null;
}

/** `limit` = blocks of 512 bytes that a file may have, as the kernel enforces it; 'unlimited' = as many as there are. */
async function runWriter({ limit = 'unlimited', user = '' }): Promise<Told> {
  const command = `ulimit -f ${limit}; exec "$0" "$@"`;
  const words = ['-c', command, process.execPath, writer, path, user];
  const { stdout } = await promisify(execFile)('/bin/sh', words);
  const told: Told = JSON.parse(stdout);
  return told;
}

describe('a disk that takes no more', () => {
  it('refuses the append, keeps what was acknowledged, and the next start goes on', async () => {
    const { appendedCount, refusals, trouble } = await runWriter({ limit: '16' });
    expect(appendedCount).toBeGreaterThan(3);
    expect(refusals[0]).toMatch(/cannot be written, so nothing may be changed: EFBIG/);
    expect(refusals[1]).toMatch(/EFBIG/);
    expect(trouble).toBe(refusals[1]);
    // The kernel took a part of the entry.
    expect(await verifyAuditLog(path)).toMatchObject({ isIntact: true, entryCount: appendedCount });
    const log = await openJsonLinesAuditLog({ path, nowMs: Date.now });
    expect((await log.append(auditRecord())).sequence).toBe(appendedCount + 1);
    await log.close();
    expect(await verifyAuditLog(path)).toMatchObject({
      isIntact: true,
      entryCount: appendedCount + 1,
      tornByteCount: 0,
    });
  });
});

describe('a file that may not be written', () => {
  it('is refused at the start, with its name', async () => {
    await writeFile(path, '');
    await chmod(path, 0o444);
    await chmod(directory, 0o555);
    const { isOpened, refusals } = await runWriter({ user: 'nobody' });
    expect(isOpened).toBe(false);
    expect(refusals[0]).toContain(`The audit log ${path} cannot be written`);
    expect(refusals[0]).toContain('EACCES');
  });
});

describe('a file that is taken away under the running server', () => {
  let nowMs: number;

  async function openWritten() {
    nowMs = 1_000;
    const log = await openJsonLinesAuditLog({ path, nowMs: () => nowMs });
    await log.append(auditRecord());
    await log.append(auditRecord());
    return log;
  }

  const acts: Record<string, [() => Promise<void>, RegExp, () => Promise<void>]> = {
    deleted: [() => rename(path, `${path}.gone`), /moved or deleted/, () => rename(`${path}.gone`, path)],
    replaced: [
      async () => {
        await rename(path, `${path}.ours`);
        await copyFile(`${path}.ours`, path);
      },
      /replaced by another one/,
      () => rename(`${path}.ours`, path),
    ],
    'cut short': [
      async () => {
        const text = await readFile(path);
        await writeFile(`${path}.whole`, text);
        await writeFile(path, text.subarray(0, 100));
      },
      /cut short/,
      async () => writeFile(path, await readFile(`${path}.whole`)),
    ],
    'written by another program': [
      async () => writeFile(path, 'hello\n', { flag: 'a' }),
      /Another program has written/,
      async () => {
        const text = await readFile(path, 'utf8');
        await writeFile(path, text.replace('hello\n', ''));
      },
    ],
  };

  it.each(Object.entries(acts))(
    '%s, is noticed without an act, and it is taken up again when put back',
    async (_name, [take, says, putBack]) => {
      const log = await openWritten();
      await take();
      expect(log.trouble()).toBeNull();
      nowMs += 10_000;
      // This look finds it; its outcome is told to the next one. A file that became shorter cannot be listed either.
      log.trouble();
      await log.list(1).catch(() => []);
      expect(log.trouble()).toMatch(says);
      expect(log.isWritable()).toBe(false);
      await expect(log.append(auditRecord())).rejects.toMatchObject({ code: 'auditUnavailable' });
      await putBack();
      nowMs += 10_000;
      log.trouble();
      await log.list(1);
      expect(log.trouble()).toBeNull();
      expect((await log.append(auditRecord())).sequence).toBe(3);
      await log.close();
      expect(await verifyAuditLog(path)).toMatchObject({ isIntact: true, entryCount: 3 });
    },
  );
});

it('without its audit log the server removes no key and says why', async () => {
  await using redis = await startRedis();
  await redis.client.set('p:1', 'x');
  await redis.client.sadd('tag:a', 'p:1');
  const config = testConfig(redis.port);
  const server = await openServer(config, testSurroundings);
  try {
    const api = apiClient(server.url);
    const targetId = DEFAULT_TARGET_ID;
    const plan = await api.jobs.planPurge.mutate({
      targetId,
      selection: { by: 'tag', layout: 'simple', tagKey: 'tag:a' },
    });
    await rm(join(config.dataDirectory, 'audit.jsonl'));
    const start = api.jobs.start.mutate({ targetId, token: plan.token, typed: '', reason: 'a test' });
    await expect(start).rejects.toMatchObject({
      data: { appCode: 'auditUnavailable' },
      message: expect.stringContaining('moved or deleted while the server ran'),
    });
    expect(await redis.client.exists('p:1', 'tag:a')).toBe(2);
    expect((await api.audit.status.query({ targetId })).trouble).toContain('moved or deleted');
    expect((await fetch(`${server.url}/readyz`)).status).toBe(503);
    expect(await (await fetch(`${server.url}/metrics`)).text()).toMatch(/^cachescope_audit_writable 0$/m);
    await expect(stat(join(config.dataDirectory, 'audit.jsonl'))).rejects.toThrow('ENOENT');
  } finally {
    await server.close();
  }
}, 60_000);
