import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { ensureExporters } from '#scripts/setup/exporters.mjs';
import { fakeMachine } from '#test/support/fakeMachine.ts';

test('the exporters are installed once, in their own folder', async () => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  await using machine = await fakeMachine();
  const folder = join(machine.root, 'test', 'exporters');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'package-lock.json'), JSON.stringify({ packages: {} }));
  await machine.addProgram(
    'npm',
    'echo "$1 in $(/usr/bin/basename "$PWD")" >> "$LOG"; /bin/mkdir -p node_modules; /bin/cp package-lock.json node_modules/.package-lock.json',
  );
  await ensureExporters(machine.root, machine.env);
  await ensureExporters(machine.root, machine.env);
  expect(await machine.log()).toBe('ci in exporters\n');
});
