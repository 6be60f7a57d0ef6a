import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { runAlone } from '#scripts/setup/setupLock.mjs';
import { fakeMachine } from '#test/support/fakeMachine.ts';

test('two runs at once do the work once, and the second waits for it', async () => {
  await using machine = await fakeMachine();
  const said = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  let runCount = 0;
  const first = Promise.withResolvers<void>();
  const isNeeded = () => runCount === 0;
  const step = async () => {
    await first.promise;
    runCount += 1;
  };
  const runs = [runAlone(machine.root, isNeeded, step), runAlone(machine.root, isNeeded, step)];
  await vi.waitFor(() =>
    expect(said).toHaveBeenCalledWith(expect.stringContaining('waiting for another run')),
  );
  first.resolve();
  await Promise.all(runs);
  expect(runCount).toBe(1);
  expect(await readdir(join(machine.root, 'dist'))).toEqual([]);
});

test('the lock of a run that was killed is taken over', async () => {
  await using machine = await fakeMachine();
  await mkdir(join(machine.root, 'dist'));
  // Above every kernel's highest process number.
  await writeFile(join(machine.root, 'dist', '.setup.lock'), '99999999');
  let hasRun = false;
  const step = async () => {
    hasRun = true;
  };
  await runAlone(machine.root, () => !hasRun, step);
  expect(hasRun).toBe(true);
});

test('a step that fails frees the lock', async () => {
  await using machine = await fakeMachine();
  const step = () => Promise.reject(new Error('no network'));
  await expect(runAlone(machine.root, () => true, step)).rejects.toThrow('no network');
  expect(await readdir(join(machine.root, 'dist'))).toEqual([]);
});
