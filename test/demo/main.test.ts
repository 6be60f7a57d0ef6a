import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { readControl } from '#demo/control/controlFile.ts';

const program = fileURLToPath(new URL('../../demo/main.ts', import.meta.url));

let demo: ChildProcess | null = null;
afterEach(() => void demo?.kill('SIGKILL'));

/** Starts `npm run demo`'s program without the page and waits for its last line. */
async function startProgram() {
  const directory = mkdtempSync(join(tmpdir(), 'cachescope-demo-main-'));
  const child = spawn(process.execPath, [program, '--no-page', '--data', directory], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  demo = child;
  for await (const line of createInterface(child.stdout)) if (line.startsWith('Control: ')) break;
  const control = readControl(directory);
  if (control === null) throw new Error('no control file');
  return { child, directory, control };
}

/** Children of a demo that still run: watchdogs name its directory, and Redis its port. */
function childrenOf(directory: string, redisUrl: string): string[] {
  const all = execFileSync('ps', ['-eo', 'pid,args'], { encoding: 'utf8' }).split('\n');
  const redisTitle = `redis-server ${new URL(redisUrl).host}`;
  return all.filter(
    (line) => line.includes(redisTitle) || (line.includes(directory) && !line.includes('demo/main.ts')),
  );
}

const waiting = { timeout: 10_000, interval: 50 };

describe('demo/main.ts', () => {
  it('runs commands against the running demo and leaves nothing behind after SIGTERM', {
    timeout: 90_000,
  }, async () => {
    const { child, directory, control } = await startProgram();
    expect(childrenOf(directory, control.redisUrl).join()).toContain('redis-server');
    const command = (...args: string[]) =>
      execFileSync(process.execPath, [program, ...args, '--data', directory], { encoding: 'utf8' });
    expect(command('start', 'key-format')).toMatch(/key-format +running/);
    expect(command('incidents')).toMatch(/key-format +running.*\nshort-ttl +stopped/);
    expect(command('stop', 'key-format')).toMatch(/key-format +stopped/);
    expect(await statusWithHost(control.url, 'evil.example')).toBe(421);

    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
    expect(existsSync(directory)).toBe(false);
    expect(childrenOf(directory, control.redisUrl)).toEqual([]);
    expect(() => command('incidents')).toThrow();
  });

  it('ends at once and leaves nothing when it is stopped while it starts', { timeout: 90_000 }, async () => {
    const directory = mkdtempSync(join(tmpdir(), 'cachescope-demo-main-'));
    const child = spawn(process.execPath, [program, '--no-page', '--data', directory], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    demo = child;
    for await (const line of createInterface(child.stdout)) if (line.startsWith('Opening')) break;
    const ended = once(child, 'exit');
    child.kill('SIGINT');
    expect(await ended).toEqual([0, null]);
    expect(existsSync(directory)).toBe(false);
    expect(childrenOf(directory, 'redis://none:1')).toEqual([]);
  });

  it('takes its Redis with it when it is killed', { timeout: 90_000 }, async () => {
    const { child, directory, control } = await startProgram();
    child.kill('SIGKILL');
    await vi.waitFor(() => expect(childrenOf(directory, control.redisUrl)).toEqual([]), waiting);
    rmSync(directory, { recursive: true, force: true });
  });
});

function statusWithHost(url: string, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const sent = request(`${url}/truth`, { headers: { host } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.once('error', reject);
    sent.end();
  });
}
