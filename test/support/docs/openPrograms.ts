import { execFile, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from './readPages.ts';

const root = fileURLToPath(new URL('../../..', import.meta.url));

export interface Programs extends AsyncDisposable {
  /** What the compiler says against them, by lines of the pages. */
  checkTypes(): Promise<string[]>;
  /** Runs them in one process, one after the other: what each threw by the name of its page, null = nothing. */
  run(redis: RedisUrls): Promise<ReadonlyMap<string, string | null>>;
}

interface RedisUrls {
  /** Of the user that the examples are. */
  readonly url: string;
  /** Of one who may empty it between the pages. */
  readonly adminUrl: string;
}

/** The examples of pages as modules in this package, so that they import `cachescope/cache` as a service does. */
export async function openPrograms(pages: readonly Page[]): Promise<Programs> {
  const parent = join(root, '.vitest');
  await mkdir(parent, { recursive: true });
  const directory = await mkdtemp(join(parent, 'cache-pages-'));
  const programs = pages.flatMap(({ name, program }) => (program === null ? [] : [{ name, program }]));
  for (const { name, program } of programs) await writeFile(join(directory, `${name}.ts`), program);
  const settings = { extends: join(root, 'tsconfig.json'), include: ['*.ts'], exclude: [] };
  await writeFile(join(directory, 'tsconfig.json'), JSON.stringify(settings));
  return {
    // What is wrong elsewhere is for the check of the whole to say.
    checkTypes: async () => (await compile(directory)).filter((line) => !/^(\.\.|\s|$)/.test(line)),
    run: (redis) =>
      run(
        programs.map(({ name }) => name),
        directory,
        redis,
      ),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}

function compile(directory: string): Promise<string[]> {
  const compiler = join(root, 'node_modules', '.bin', 'tsc');
  return new Promise((resolve) => {
    execFile(compiler, ['-p', directory, '--pretty', 'false'], { cwd: directory }, (_, stdout, stderr) =>
      resolve(`${stdout}${stderr}`.split('\n')),
    );
  });
}

async function run(
  names: readonly string[],
  directory: string,
  { url, adminUrl }: RedisUrls,
): Promise<ReadonlyMap<string, string | null>> {
  const modules = names.map((name) => join(directory, `${name}.ts`));
  const child = fork(new URL('runPages.ts', import.meta.url), modules, {
    env: { ...process.env, REDIS_URL: url, REDIS_ADMIN_URL: adminUrl },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  const results = new Map<string, string | null>();
  const noise: string[] = [];
  child.stderr?.on('data', (chunk: Buffer) => noise.push(chunk.toString()));
  child.on('message', (message) => {
    const { module, error } = parseResult(message);
    results.set(names[modules.indexOf(module)] ?? module, error);
  });
  await once(child, 'exit');
  for (const name of names) {
    if (!results.has(name)) results.set(name, `the process ended before: ${noise.join('')}`);
  }
  return results;
}

function parseResult(message: unknown): { module: string; error: string | null } {
  const isResult =
    typeof message === 'object' && message !== null && 'module' in message && 'error' in message;
  if (!isResult) return { module: '', error: 'a message that is none' };
  return { module: String(message.module), error: message.error === null ? null : String(message.error) };
}
