import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { build } from 'vite';
import { prepareManifest } from './prepareManifest.mjs';
import { prepareReadme } from './prepareReadme.mjs';
import { pruneTypes } from './pruneTypes.mjs';
import { unlinkOutside } from './unlinkOutside.mjs';

const NODE_TARGET = 'node24';

/**
 * Builds server and library and lays them out as the repository has them (server/, cache/, dist/page), so that paths
 * beside `import.meta.url` mean the same.
 * @param {string} root of the repository
 * @param {string} target emptied first
 * @param {string} pageDirectory the built page
 * @returns {Promise<string>} the target
 */
export async function buildPackage(root, target, pageDirectory) {
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  await bundle(root, { entry: 'server/main.ts', outDir: join(target, 'server'), isSelfContained: true });
  const libraryImports = await bundle(root, {
    entry: 'cache/cache.ts',
    outDir: join(target, 'cache'),
    isSelfContained: false,
  });
  emitTypes(root, target);
  const typeImports = pruneTypes(join(target, 'types'), join('cache', 'cache.d.ts'));
  const start = join(target, 'server', 'start.js');
  cpSync(new URL('./startServer.mjs', import.meta.url), start);
  chmodSync(start, 0o755);
  cpSync(pageDirectory, join(target, 'dist', 'page'), { recursive: true });
  writeDocs(root, target);
  const manifest = prepareManifest(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')), [
    ...new Set([...libraryImports, ...typeImports]),
  ]);
  writeFileSync(join(target, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`);
  return target;
}

/**
 * @param {string} root
 * @param {{ entry: string, outDir: string, isSelfContained: boolean }} options
 * @returns {Promise<string[]>} packages that the output imports
 */
async function bundle(root, { entry, outDir, isSelfContained }) {
  const output = await build({
    configFile: false,
    root,
    logLevel: 'error',
    publicDir: false,
    ssr: isSelfContained ? { noExternal: true } : {},
    build: {
      ssr: entry,
      outDir,
      emptyOutDir: true,
      target: NODE_TARGET,
      minify: false,
      // Schemas of the API that share a file with what the library uses must not bring zod along.
      rolldownOptions: isSelfContained ? {} : { treeshake: { moduleSideEffects: false } },
    },
  });
  if (!('output' in output)) throw new Error(`${entry} was built into several outputs.`);
  const imported = output.output.flatMap((chunk) => ('imports' in chunk ? chunk.imports : []));
  const ownFiles = output.output.map((chunk) => chunk.fileName);
  return [...new Set(imported)].filter((name) => !isBuiltin(name) && !ownFiles.includes(name)).sort();
}

/**
 * @param {string} root
 * @param {string} target
 */
function emitTypes(root, target) {
  const options = {
    extends: join(root, 'tsconfig.json'),
    compilerOptions: {
      noEmit: false,
      declaration: true,
      emitDeclarationOnly: true,
      rootDir: root,
      typeRoots: [join(root, 'node_modules', '@types')],
      outDir: join(target, 'types'),
    },
    include: [],
    files: [join(root, 'cache', 'cache.ts')],
  };
  const config = join(target, 'tsconfig.types.json');
  writeFileSync(config, JSON.stringify(options));
  const { status, stdout } = spawnSync('tsc', ['-p', config], { cwd: root, encoding: 'utf8' });
  rmSync(config);
  if (status !== 0) throw new Error(`The types of the library cannot be written:\n${stdout}`);
}

/**
 * @param {string} root
 * @param {string} target
 */
function writeDocs(root, target) {
  cpSync(join(root, 'LICENSE'), join(target, 'LICENSE'));
  cpSync(join(root, 'docs', 'cache'), join(target, 'docs', 'cache'), { recursive: true });
  writeFileSync(join(target, 'README.md'), prepareReadme(readFileSync(join(root, 'README.md'), 'utf8')));
  for (const page of globSync('{*.md,docs/**/*.md}', { cwd: target })) unlinkOutside(join(target, page));
}
