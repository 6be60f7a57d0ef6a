import { spawnSync } from 'node:child_process';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { expect, test } from 'vitest';
import { buildPackage } from '#scripts/pack/buildPackage.mjs';
import { prepareManifest } from '#scripts/pack/prepareManifest.mjs';
import { fakeMachine } from '#test/support/fakeMachine.ts';

const REPOSITORY = resolve('.');
/** Uses a value and a type of the library; prints what it got. */
const SERVICE = `import { CacheError, type CacheOptions, createCache, family } from 'cachescope/cache';
const product = family({ key: 'product:{id}', ttlSeconds: 60, load: async ({ id }) => id });
export type Options = CacheOptions<{ product: typeof product }>;
console.log(typeof createCache, typeof CacheError);
`;

function run(cwd: string, command: readonly string[]): string {
  const [file = '', ...args] = command;
  const { status, stdout, stderr } = spawnSync(file, args, { cwd, encoding: 'utf8' });
  expect(status, `${command.join(' ')}\n${stdout}${stderr}`).toBe(0);
  return stdout.trim();
}

test('the packed package serves and its library runs and type-checks with its own dependencies alone', async () => {
  await using machine = await fakeMachine();
  const page = join(machine.root, 'page');
  await mkdir(page);
  await writeFile(join(page, 'index.html'), 'the page');
  const built = await buildPackage(REPOSITORY, join(machine.root, 'built'), page);
  const tarball = run(machine.root, ['npm', 'pack', built, '--silent', '--offline']);

  const installed = join(machine.root, 'node_modules', 'cachescope');
  await mkdir(installed, { recursive: true });
  run(machine.root, ['tar', '-xzf', tarball, '--strip-components=1', '-C', installed]);
  const manifest = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8'));
  expect(manifest.dependencies).toEqual({ 'prom-client': expect.any(String) });
  expect(manifest).not.toHaveProperty('optionalDependencies');
  const dependency = join(machine.root, 'node_modules', 'prom-client');
  await symlink(join(REPOSITORY, 'node_modules', 'prom-client'), dependency);
  expect(await readdir(join(installed, 'dist', 'page'))).toEqual(['index.html']);

  const help = run(machine.root, ['node', 'node_modules/cachescope/server/main.js', '--help']);
  expect(help).toContain('Usage: cachescope serve');
  await writeFile(join(machine.root, 'service.mts'), SERVICE);
  expect(run(machine.root, ['node', 'service.mts'])).toBe('function function');
  // Every Node service that type-checks has @types/node.
  const nodeTypes = ['--typeRoots', join(REPOSITORY, 'node_modules', '@types'), '--types', 'node'];
  run(machine.root, ['tsc', '--noEmit', '--strict', '--module', 'nodenext', ...nodeTypes, 'service.mts']);
}, 120_000);

test('a library that imports what is no dependency is not packed', () => {
  const repository = {
    name: 'cachescope',
    version: '1.0.0',
    description: '',
    license: 'MIT',
    engines: { node: '>=24' },
    dependencies: { 'prom-client': '15.1.3' },
  };
  expect(() => prepareManifest(repository, ['left-pad'])).toThrow('left-pad');
  expect(prepareManifest(repository, []).dependencies).toEqual({});
});
