import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { copyFile, glob, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildPackage } from '#scripts/pack/buildPackage.mjs';
import { prepareManifest } from '#scripts/pack/prepareManifest.mjs';
import { prepareReadme } from '#scripts/pack/prepareReadme.mjs';
import { type FakeMachine, fakeMachine } from '#test/support/fakeMachine.ts';
import { startRedis, type TestRedis } from '#test/support/startRedis.ts';

const REPOSITORY = resolve('.');
const MEBIBYTE = 1_048_576;
/** What the package brings along, and what the program of the test brings itself. */
const BROUGHT_ALONG = ['lru-cache', 'prom-client'];
const OWN = ['ioredis', '@types/node'];
const TSCONFIG = {
  compilerOptions: {
    target: 'es2024',
    module: 'nodenext',
    strict: true,
    noUncheckedIndexedAccess: true,
    exactOptionalPropertyTypes: true,
    verbatimModuleSyntax: true,
    skipLibCheck: false,
    types: ['node'],
    outDir: 'out',
  },
  files: ['shopProgram.ts'],
};

function run(
  cwd: string,
  command: readonly string[],
  { env = {}, status: wanted = 0 }: { env?: NodeJS.ProcessEnv; status?: number } = {},
): string {
  const [file = '', ...args] = command;
  const options = { cwd, encoding: 'utf8', env: { ...process.env, ...env } } as const;
  const { status, stdout, stderr } = spawnSync(file, args, options);
  expect(status, `${command.join(' ')}\n${stdout}${stderr}`).toBe(wanted);
  return stdout.trim() || stderr.trim();
}

let machine: FakeMachine;
let redis: TestRedis;
/** The project of somebody who has installed the package, and the package in it. */
let project: string;
let installed: string;
beforeAll(async () => {
  machine = await fakeMachine();
  redis = await startRedis();
  project = machine.root;
  installed = join(project, 'node_modules', 'cachescope');
  const page = join(project, 'page');
  await mkdir(page);
  await writeFile(join(page, 'index.html'), 'the page');
  const built = await buildPackage(REPOSITORY, join(project, 'built'), page);
  const tarball = run(project, ['npm', 'pack', built, '--silent', '--offline']);
  expect((await stat(join(project, tarball))).size).toBeLessThan(2 * MEBIBYTE);
  await mkdir(installed, { recursive: true });
  run(project, ['tar', '-xzf', tarball, '--strip-components=1', '-C', installed]);
  for (const name of [...BROUGHT_ALONG, ...OWN]) {
    const place = join(project, 'node_modules', name);
    await mkdir(dirname(place), { recursive: true });
    await symlink(join(REPOSITORY, 'node_modules', name), place);
  }
  await writeFile(join(project, 'package.json'), '{ "type": "module" }');
}, 60_000);
afterAll(async () => {
  await redis[Symbol.asyncDispose]();
  await machine[Symbol.asyncDispose]();
});

it('an installed package brings what the library needs to the disk, and nothing else', async () => {
  const manifest = JSON.parse(await readFile(join(installed, 'package.json'), 'utf8'));
  expect(Object.keys(manifest.dependencies)).toEqual(BROUGHT_ALONG);
  for (const field of ['optionalDependencies', 'peerDependencies', 'devDependencies', 'scripts']) {
    expect(manifest).not.toHaveProperty(field);
  }
  const lock = JSON.parse(await readFile('package-lock.json', 'utf8'));
  const onDisk = new Set(BROUGHT_ALONG);
  for (const name of onDisk) {
    const { dependencies = {}, optionalDependencies } = lock.packages[`node_modules/${name}`];
    expect(optionalDependencies, name).toBeUndefined();
    for (const one of Object.keys(dependencies)) onDisk.add(one);
  }
  expect([...onDisk].sort()).toEqual([
    ...['@opentelemetry/api', 'bintrees', 'lru-cache', 'prom-client', 'tdigest'],
  ]);
});

it('the package holds library, types, server, page and docs, and nothing of tests, benchmarks and demo', async () => {
  const listed = async (folder: string) => (await readdir(join(installed, folder))).sort();
  expect(await listed('.')).toEqual(
    ['LICENSE', 'README.md', 'cache', 'dist', 'docs', 'package.json', 'server', 'types'].sort(),
  );
  expect(await listed('cache')).toEqual(['cache.js']);
  expect(await listed('server')).toEqual(['main.js', 'start.js']);
  expect(await listed('types')).toEqual(['cache', 'shared']);
  expect(await listed('dist/page')).toEqual(['index.html']);
  expect(await listed('docs')).toEqual(['cache']);
});

it('the links of the packed pages lead to packed files, and no page names a script of the repository', async () => {
  let count = 0;
  for await (const page of glob('{*.md,docs/**/*.md}', { cwd: installed })) {
    const text = await readFile(join(installed, page), 'utf8');
    for (const [, address = ''] of text.matchAll(/\]\(([^)\s]+)\)/g)) {
      const [file = ''] = address.split('#');
      if (/^[a-z]+:/.test(address) || file === '') continue;
      count += 1;
      expect(existsSync(join(installed, dirname(page), file)), `${page}: ${address}`).toBe(true);
    }
  }
  expect(count).toBeGreaterThan(30);
  expect(await readFile(join(installed, 'README.md'), 'utf8')).not.toMatch(/npm (run|start)/);
});

it('a program of its user type-checks under strict with all declarations checked, and works on a real Redis', async () => {
  await copyFile(new URL('./shopProgram.ts', import.meta.url), join(project, 'shopProgram.ts'));
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify(TSCONFIG));
  run(project, ['tsc', '-p', '.']);
  const told = run(project, ['node', 'out/shopProgram.js'], { env: { REDIS_URL: redis.url } });
  expect(JSON.parse(told)).toEqual({
    warmedCount: 2,
    names: ['lamp', 'desk', 'chair'],
    isMissing: true,
    put: 'stored',
    renamed: 'lantern',
    tagged: 'done',
    increment: { state: 'queued', value: 7 },
    stock: 7,
    published: 'published',
    appliedCount: 1,
    refusal: 'badOptions',
    health: 'up',
    hasSnapshot: true,
    hasMetrics: true,
    closed: {
      lostInvalidationCount: 0,
      lostEventCount: 0,
      queuedChangeCount: 0,
      unknownChangeCount: 0,
      unfinished: [],
    },
  });
}, 60_000);

it('the types of the library ask for none of ioredis, zod and the server', async () => {
  for await (const file of glob('types/**/*.d.ts', { cwd: installed })) {
    const text = await readFile(join(installed, file), 'utf8');
    expect(text, file).not.toMatch(/(from |import\()['"](ioredis|zod|fastify|@trpc)/);
  }
});

it('CommonJS gets the same library by require', () => {
  const code = "process.stdout.write(Object.keys(require('cachescope/cache')).sort().join(' '))";
  const names = run(project, ['node', '--input-type=commonjs', '--eval', code]);
  expect(names).toBe(
    'CacheError counter createCache event family memoryBus msgpackSerialiser redisStreamBus',
  );
});

it('the installed command tells its settings and serves the packed page', async () => {
  const command = join(installed, 'server', 'start.js');
  expect(run(project, ['node', command, '--help'])).toContain('Usage: cachescope serve');
  const settings = ['serve', '--redis', redis.url, '--port', '0', '--data', join(project, 'data')];
  const server = spawn('node', [command, ...settings], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(server, 'exit');
  const [told] = await once(server.stdout, 'data');
  const [url = ''] = /http:\S+/.exec(String(told)) ?? [];
  expect(await (await fetch(url)).text()).toBe('the page');
  server.kill('SIGTERM');
  expect(await ended).toEqual([0, null]);
});

it('the installed command says which Node it needs on one that is too old', async () => {
  const manifestPath = join(installed, 'package.json');
  const manifest = await readFile(manifestPath, 'utf8');
  await writeFile(manifestPath, manifest.replace(/"node": ">=[^"]+"/, '"node": ">=99.1"'));
  const told = run(project, ['node', 'node_modules/cachescope/server/start.js'], { status: 1 });
  await writeFile(manifestPath, manifest);
  expect(told).toBe(`cachescope needs Node 99.1 or newer, and this is ${process.versions.node}.`);
});

it('a library that imports what is no dependency is not packed', () => {
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

it('a README without the sections that a package leaves out is not packed', () => {
  expect(() => prepareReadme('# Cachescope\n\n## Settings\n')).toThrow('Two commands');
});
