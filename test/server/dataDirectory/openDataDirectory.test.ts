import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDataDirectory } from '#server/dataDirectory/openDataDirectory.ts';
import { StartUpProblem } from '#server/dataDirectory/startUpProblem.ts';

const holder = new URL('./holdDataDirectory.ts', import.meta.url).pathname;
let parent: string;
let directory: string;
let children: ChildProcess[];

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'cachescope-data-'));
  directory = join(parent, 'deep', 'data');
  children = [];
});
afterEach(async () => {
  await Promise.all(children.map(kill));
  rmSync(parent, { recursive: true, force: true });
});

/** A process of its own that tries to take the directory, and the line that it says then. */
async function startHolder(): Promise<{ child: ChildProcess; line: string }> {
  const child = spawn(process.execPath, [holder, directory], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  const lines = createInterface({ input: child.stdout });
  const [line] = await once(lines, 'line');
  return { child, line: String(line) };
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

test('creates the directory for its owner only', () => {
  const opened = openDataDirectory(directory);
  expect(statSync(directory).mode & 0o777).toBe(0o700);
  expect(opened.path).toBe(directory);
  opened.close();
});

test('refuses a second process, naming the first and what to do', async () => {
  const first = await startHolder();
  expect(first.line).toBe('held');
  const second = await startHolder();
  expect(second.line).toContain('refused: Another Cachescope');
  expect(second.line).toContain(`process ${first.child.pid}`);
  expect(second.line).toContain('--data');
  expect(() => openDataDirectory(directory)).toThrow(StartUpProblem);
});

test('takes over at once after kill -9, though the number of the dead process is in use again', async () => {
  const first = await startHolder();
  await kill(first.child);
  // As if the number had been given to another program: this very process lives.
  writeFileSync(join(directory, 'lock.pid'), `${process.pid}\n`);
  const second = await startHolder();
  expect(second.line).toBe('held');
});

test('is still held when a later process has tried and failed', async () => {
  await startHolder();
  expect((await startHolder()).line).toContain('refused');
  expect((await startHolder()).line).toContain('refused');
});

test('can be opened again after it was closed, and closing twice is harmless', async () => {
  const first = openDataDirectory(directory);
  first.close();
  const second = openDataDirectory(directory);
  first.close();
  expect((await startHolder()).line).toContain(`process ${process.pid}`);
  second.close();
  expect(existsSync(join(directory, 'lock.pid'))).toBe(false);
  expect((await startHolder()).line).toBe('held');
});

test('says what to do when the place is no directory', () => {
  writeFileSync(join(parent, 'deep'), 'a file');
  expect(() => openDataDirectory(directory)).toThrow(/cannot be created.*--data/);
});
