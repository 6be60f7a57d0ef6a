import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ensureNode, isYoungEnough } from '#scripts/setup/nodeVersion.mjs';
import { fakeMachine } from '#test/support/fakeMachine.ts';

test.each([
  ['24.15.0', true],
  ['24.21.0', true],
  ['26.1.0', true],
  ['24.14.9', false],
  ['20.20.2', false],
])('Node %s is young enough: %s', (version, isEnough) => {
  expect(isYoungEnough(version)).toBe(isEnough);
});

test('an old Node without one from the lock file is refused in words', async () => {
  await using machine = await fakeMachine();
  expect(() => ensureNode(machine.root, {}, '20.20.2')).toThrow('needs Node 24.15 or newer');
});

test('the Node of the lock file comes first on the PATH, whatever runs the script', async () => {
  await using machine = await fakeMachine();
  const binaries = join(machine.root, 'node_modules', '.bin');
  await mkdir(binaries, { recursive: true });
  await writeFile(join(binaries, 'node'), '');
  expect(ensureNode(machine.root, { PATH: '/usr/bin' }, '20.20.2').PATH).toBe(`${binaries}:/usr/bin`);
});
