import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { ensureExtraPackages } from '#scripts/setup/extraPackages.mjs';
import { type FakeMachine, fakeMachine } from '#test/support/fakeMachine.ts';

beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});

const lock = JSON.stringify({ packages: { 'node_modules/peer': { version: '1.0.0' } } });
const folders = { peers: 'bench/peers', exporters: 'test/exporters', libraries: 'test/libraries' } as const;

async function addLockFiles(machine: FakeMachine): Promise<void> {
  for (const folder of Object.values(folders)) {
    await mkdir(join(machine.root, folder), { recursive: true });
    await writeFile(join(machine.root, folder, 'package-lock.json'), lock);
  }
  await machine.addProgram(
    'npm',
    'echo "$1 in $(/usr/bin/basename "$PWD")" >> "$LOG"; /bin/mkdir -p node_modules; /bin/cp package-lock.json node_modules/.package-lock.json',
  );
}

test.each(Object.keys(folders))('the %s are installed once, in their own folder', async (need) => {
  await using machine = await fakeMachine();
  await addLockFiles(machine);
  await ensureExtraPackages([need, 'redis'], machine);
  await ensureExtraPackages([need, 'redis'], machine);
  expect(await machine.log()).toBe(`ci in ${need}\n`);
});

test('packages of another version are installed again', async () => {
  await using machine = await fakeMachine();
  await addLockFiles(machine);
  await ensureExtraPackages(['peers'], machine);
  await writeFile(join(machine.root, folders.peers, 'package-lock.json'), lock.replace('1.0.0', '1.0.1'));
  await ensureExtraPackages(['peers'], machine);
  expect(await machine.log()).toBe('ci in peers\nci in peers\n');
});

test('a failed installation says what failed', async () => {
  await using machine = await fakeMachine();
  await addLockFiles(machine);
  await machine.addProgram('npm', 'echo "E404 peer"; exit 1');
  await expect(ensureExtraPackages(['peers'], machine)).rejects.toThrow('E404 peer');
});
