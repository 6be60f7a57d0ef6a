import { spawnSync } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { fakeMachine } from '#test/support/fakeMachine.ts';

/** What the rule alone says about a file with this text. */
async function lint(text: string): Promise<string> {
  await using machine = await fakeMachine();
  const plugins = [resolve('scripts/check/noTypeAssertion.grit')];
  await writeFile(join(machine.root, 'biome.json'), JSON.stringify({ plugins }));
  await writeFile(join(machine.root, 'madeUp.ts'), text);
  const options = { cwd: machine.root, encoding: 'utf8' } as const;
  const { stdout, stderr } = spawnSync(resolve('node_modules/.bin/biome'), ['lint', 'madeUp.ts'], options);
  expect(stdout).toContain('Checked 1 file');
  return stdout + stderr;
}

test.each([
  "export const a = ['x'] as const;",
  "import { a as b } from './a.ts';\nexport const c = b;",
  'export type A<T> = { [K in keyof T as Capitalize<string & K>]: T[K] };',
])('%s passes', async (text) => {
  expect(await lint(text)).not.toContain('No type assertions');
});

test.each(['export const a = JSON.parse("1") as number;', 'export const a = <number>JSON.parse("1");'])(
  '%s is refused',
  async (text) => {
    expect(await lint(text)).toContain('No type assertions');
  },
);
