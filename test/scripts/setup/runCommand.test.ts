import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { expect, test, vi } from 'vitest';

const RUN = new URL('../../../scripts/run.mjs', import.meta.url).pathname;

function run(...command: readonly string[]): ChildProcess {
  return spawn(process.execPath, [RUN, '--', ...command], { stdio: ['ignore', 'pipe', 'pipe'] });
}

async function end(child: ChildProcess): Promise<{ code: number; output: string }> {
  const output = child.stdout === null ? Promise.resolve('') : text(child.stdout);
  const [code]: number[] = await once(child, 'exit');
  return { code: code ?? -1, output: await output };
}

async function untilFirstOutput(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('no output');
  const [chunk]: unknown[] = await once(child.stdout, 'data');
  return String(chunk);
}

test('the command runs on the Node of the lock file and its exit code is passed on', async () => {
  await expect(end(run('node', '-e', 'console.log(process.execPath); process.exit(7)'))).resolves.toEqual({
    code: 7,
    output: expect.stringContaining('node_modules/'),
  });
});

test('a command that does not exist ends with 127', async () => {
  const { code } = await end(run('no-such-command'));
  expect(code).toBe(127);
});

test('a command that died of a signal ends with 128 and its number', async () => {
  const { code } = await end(run('sh', '-c', 'kill -9 $$'));
  expect(code).toBe(137);
});

test('Ctrl-C that arrives three times reaches the command once, which ends in its own time', async () => {
  const child = run(
    'node',
    '-e',
    `let count = 0;
     process.on('SIGINT', () => { count += 1; setTimeout(() => { console.log('signals', count); process.exit(0); }, 200); });
     setInterval(() => {}, 1000); console.log('ready');`,
  );
  await untilFirstOutput(child);
  const ended = end(child);
  for (let sent = 0; sent < 3; sent += 1) child.kill('SIGINT');
  await expect(ended).resolves.toEqual({ code: 0, output: 'signals 1\n' });
});

test('what the command leaves running is ended with it', async () => {
  const child = run('sh', '-c', 'sleep 1000 >/dev/null 2>&1 & echo $!');
  const { output } = await end(child);
  await vi.waitFor(() => expect(isRunning(output.trim())).toBe(false));
});

/** A process that ended but that nobody has waited for (Z) does not run. */
function isRunning(processId: string): boolean {
  const { stdout } = spawnSync('ps', ['-o', 'stat=', '-p', processId], { encoding: 'utf8' });
  return stdout.trim() !== '' && !stdout.startsWith('Z');
}
