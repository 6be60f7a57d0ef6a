import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { ensurePage, fingerprint } from '#scripts/setup/page.mjs';
import { type FakeMachine, fakeMachine } from '#test/support/fakeMachine.ts';

beforeEach(() => {
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});

async function addSources(machine: FakeMachine): Promise<void> {
  await mkdir(join(machine.root, 'client'));
  await writeFile(join(machine.root, 'client', 'main.tsx'), 'one');
  await writeFile(join(machine.root, 'vite.config.ts'), '');
  await machine.addProgram(
    'vite',
    'echo "$@" >> "$LOG"; /bin/mkdir -p dist/page; echo built > dist/page/index.html',
  );
}

test('the page is built once, and again only after a source has changed', async () => {
  await using machine = await fakeMachine();
  await addSources(machine);
  await ensurePage(machine.root, machine.env);
  await ensurePage(machine.root, machine.env);
  expect(await machine.log()).toBe('build\n');
  await writeFile(join(machine.root, 'client', 'main.tsx'), 'two');
  await ensurePage(machine.root, machine.env);
  expect(await machine.log()).toBe('build\nbuild\n');
});

test('a page that was removed is built again', async () => {
  await using machine = await fakeMachine();
  await addSources(machine);
  await ensurePage(machine.root, machine.env);
  await rm(join(machine.root, 'dist', 'page'), { recursive: true });
  await ensurePage(machine.root, machine.env);
  expect(await machine.log()).toBe('build\nbuild\n');
});

test('a failed build is shown and tried again next time', async () => {
  await using machine = await fakeMachine();
  await addSources(machine);
  await machine.addProgram('vite', 'echo "main.tsx: broken"; exit 1');
  await expect(ensurePage(machine.root, machine.env)).rejects.toThrow('main.tsx: broken');
  await expect(ensurePage(machine.root, machine.env)).rejects.toThrow('main.tsx: broken');
});

test('a renamed source changes the fingerprint', async () => {
  await using machine = await fakeMachine();
  await addSources(machine);
  const before = fingerprint(machine.root);
  await rm(join(machine.root, 'client', 'main.tsx'));
  await writeFile(join(machine.root, 'client', 'other.tsx'), 'one');
  expect(fingerprint(machine.root)).not.toBe(before);
});
