import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { endProcess } from '../redis/redisProcess.ts';

/** A real cache library, by what its own functions do. */
export interface TestLibrary extends AsyncDisposable {
  write(key: string, tags: readonly string[]): Promise<void>;
  /** Whether the library found a value that it would hand out. A miss may make it store the entry anew. */
  read(key: string): Promise<boolean>;
  purge(tag: string): Promise<void>;
}

export interface LibraryProgram {
  /** A file of `test/libraries`. */
  readonly file: string;
  /** Which of the ways that the file knows. */
  readonly option: string;
}

const FOLDER = fileURLToPath(new URL('../../libraries', import.meta.url));
const answerSchema = z.object({ isHit: z.boolean() });

/** One of the libraries of `test/libraries`, as its own process on this Redis. */
export function startLibrary({ file, option }: LibraryProgram, redisPort: number): TestLibrary {
  const program = file.endsWith('.php') ? process.env.PHP : process.execPath;
  if (!program) throw new Error('PHP is missing: apt-get install php-cli php-redis php-symfony-cache');
  const child = spawn(program, [file, String(redisPort), option], {
    cwd: FOLDER,
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const ask = openConversation(child, file);
  return {
    async write(key, tags) {
      await ask({ ask: 'write', key, tags });
    },
    async read(key) {
      return (await ask({ ask: 'read', key })).isHit;
    },
    async purge(tag) {
      await ask({ ask: 'purge', tag });
    },
    [Symbol.asyncDispose]: () => endProcess(child),
  };
}

/** One answer a request, in order. A process that ends answers all with what it said last. */
function openConversation(child: ChildProcess, file: string) {
  const { stdin, stdout, stderr } = child;
  if (stdin === null || stdout === null || stderr === null) throw new Error('no pipes');
  const answers = createInterface(stdout)[Symbol.asyncIterator]();
  let complaints = '';
  stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  stdin.on('error', () => {});
  return async (request: object) => {
    stdin.write(`${JSON.stringify(request)}\n`);
    const { value, done } = await answers.next();
    if (done === true) throw new Error(`${file} ended: ${complaints}`);
    return answerSchema.parse(JSON.parse(value));
  };
}
