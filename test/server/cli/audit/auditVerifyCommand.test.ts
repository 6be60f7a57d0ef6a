import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { formatHead } from '#server/audit/auditChain.ts';
import { runCli } from '#server/cli/runCli.ts';
import { auditFileText, chainedEntries, jobRecord } from '#test/support/audit/chainedEntries.ts';

const entries = [...chainedEntries(Array.from({ length: 6 }, (_, index) => jobRecord(index)))];
const head = formatHead(entries[5] ?? { sequence: 0, hash: '' });

let directory: string;
let path: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cachescope-verify-'));
  path = join(directory, 'audit.jsonl');
  await writeFile(path, auditFileText(entries));
});
afterEach(() => rm(directory, { recursive: true, force: true }));

async function verify(...words: readonly string[]) {
  const said: string[] = [];
  const errors: string[] = [];
  const code = await runCli(['audit', 'verify', ...words], {
    print: (text) => said.push(text),
    printError: (text) => errors.push(text),
    dataDirectory: directory,
  });
  return { code, out: said.join('\n'), error: errors.join('\n') };
}

test('an intact log is told with its span, its head, and what that does not prove', async () => {
  const { code, out } = await verify();
  expect(code).toBe(0);
  expect(out).toContain('Intact: 6 entries, 1970-01-01T00:16:41.000Z to 1970-01-01T00:16:46.000Z.');
  expect(out).toContain(`Head: ${head}`);
  expect(out).toContain('newest entries that were removed do not show');
  expect(await verify('--data', directory)).toMatchObject({ code: 0 });
  expect(await verify(directory)).toMatchObject({ code: 0 });
  expect((await verify(path, '--head', head)).out).toContain(`Noted heads found in it: ${head}`);
});

test('a broken one ends with 1 and says where and how', async () => {
  await writeFile(path, auditFileText(entries.toSpliced(2, 1)));
  const { code, out } = await verify();
  expect(code).toBe(1);
  expect(out).toContain(
    'NOT INTACT, from line 3 on (dropped). Entry 3 is missing: entry 4 stands in that place.',
  );
  expect(out).toContain('2 entries before it are sound');
  const { out: json } = await verify('--json');
  expect(JSON.parse(json)).toMatchObject({
    path,
    isIntact: false,
    entryCount: 2,
    fault: { kind: 'dropped', lineNumber: 3 },
  });
});

test('a head that was noted by hand or beside the log shows that the newest entries are gone', async () => {
  await writeFile(path, auditFileText(entries.slice(0, 4)));
  expect(await verify()).toMatchObject({ code: 0 });
  expect((await verify('--head', head)).out).toContain('from line 5 on (truncated)');
  await writeFile(`${path}.head`, `${head}\n`);
  expect(await verify()).toMatchObject({ code: 1 });
  await writeFile(`${path}.head`, `${formatHead(entries[3] ?? { sequence: 0, hash: '' })}\n`);
  expect(await verify()).toMatchObject({ code: 0 });
  await writeFile(`${path}.lost-heads`, `${head}\n`);
  expect(await verify()).toMatchObject({ code: 1 });
});

test('what a crash left of a line is no change', async () => {
  await writeFile(path, auditFileText(entries).slice(0, -30));
  const { code, out } = await verify();
  expect(code).toBe(0);
  expect(out).toMatch(/^Intact: 5 entries/m);
  expect(out).toMatch(/After the last entry stand \d+ bytes of one that was cut short/);
});

test('an export with filters is verified as an excerpt', async () => {
  await writeFile(path, auditFileText([...entries.slice(1, 3), ...entries.slice(4)]));
  expect(await verify()).toMatchObject({ code: 1 });
  const { code, out } = await verify(path, '--excerpt');
  expect(code).toBe(0);
  expect(out).toContain('4 entries, in 2 runs with gaps between');
  expect(await verify(path, '--excerpt', '--head', head)).toMatchObject({ code: 2 });
});

test('what cannot be read or understood ends with 2', async () => {
  const missing = join(directory, 'none');
  expect(await verify(missing)).toMatchObject({
    code: 2,
    error: expect.stringContaining('cannot be read: ENOENT'),
  });
  expect(await verify('--data', missing)).toMatchObject({ code: 2 });
  expect(await verify('--head', '12')).toMatchObject({
    code: 2,
    error: expect.stringContaining('12 is no head'),
  });
  expect(await verify('--data', directory, path)).toMatchObject({ code: 2 });
  await rm(path);
  expect(await verify()).toMatchObject({ code: 2 });
});

test('"audit" alone says what it has, and its help lists it', async () => {
  const said: string[] = [];
  const around = {
    print: (text: string) => said.push(text),
    printError: (text: string) => said.push(text),
    dataDirectory: null,
  };
  expect(await runCli(['audit'], around)).toBe(2);
  expect(said[0]).toContain('"cachescope audit verify"');
  expect(await runCli(['audit', '--help'], around)).toBe(0);
  expect(said[1]).toContain('cachescope audit verify [FILE] [options]');
  expect(await runCli(['audit', 'verify'], around)).toBe(2);
  expect(said[2]).toContain('Which log?');
});
