import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { ensurePeers } from '#scripts/setup/peers.mjs';
import { type FakeMachine, fakeMachine } from '#test/support/fakeMachine.ts';

beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});

const lock = JSON.stringify({ packages: { 'node_modules/peer': { version: '1.0.0' } } });

async function addLockFile(machine: FakeMachine): Promise<void> {
  const folder = join(machine.root, 'bench', 'peers');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package-lock.json'), lock);
  await machine.addProgram(
    'npm',
    'echo "$1 in $(/usr/bin/basename "$PWD")" >> "$LOG"; /bin/mkdir -p node_modules; /bin/cp package-lock.json node_modules/.package-lock.json',
  );
}

test('the peers are installed once, in their own folder', async () => {
  await using machine = await fakeMachine();
  await addLockFile(machine);
  await ensurePeers(machine.root, machine.env);
  await ensurePeers(machine.root, machine.env);
  expect(await machine.log()).toBe('ci in peers\n');
});

test('peers of another version are installed again', async () => {
  await using machine = await fakeMachine();
  await addLockFile(machine);
  await ensurePeers(machine.root, machine.env);
  await writeFile(join(machine.root, 'bench', 'peers', 'package-lock.json'), lock.replace('1.0.0', '1.0.1'));
  await ensurePeers(machine.root, machine.env);
  expect(await machine.log()).toBe('ci in peers\nci in peers\n');
});

test('a failed installation says what failed', async () => {
  await using machine = await fakeMachine();
  await addLockFile(machine);
  await machine.addProgram('npm', 'echo "E404 peer"; exit 1');
  await expect(ensurePeers(machine.root, machine.env)).rejects.toThrow('E404 peer');
});
