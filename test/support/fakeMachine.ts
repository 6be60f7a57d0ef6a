import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface FakeMachine extends AsyncDisposable {
  /** An empty checkout. */
  readonly root: string;
  /** The only directory on the machine's PATH besides the system's shell. */
  readonly binaries: string;
  readonly env: NodeJS.ProcessEnv;
  /** Puts a program on the PATH; `body` is shell text with `$BIN` for the directory and `$LOG` for `log()`. */
  addProgram(name: string, body: string): Promise<void>;
  /** What the programs have written to `$LOG`. */
  log(): Promise<string>;
}

/** A machine in a temporary directory, with nothing installed but what the test adds. */
export async function fakeMachine(): Promise<FakeMachine> {
  const directory = await mkdtemp(join(tmpdir(), 'cachescope-machine-'));
  const root = join(directory, 'checkout');
  const binaries = join(directory, 'bin');
  const logPath = join(directory, 'log');
  await mkdir(root);
  await mkdir(binaries);
  await writeFile(logPath, '');
  return {
    root,
    binaries,
    env: { PATH: binaries },
    addProgram: async (name, body) => {
      const path = join(binaries, name);
      await writeFile(path, `#!/bin/sh\nBIN='${binaries}'\nLOG='${logPath}'\n${body}\n`);
      await chmod(path, 0o755);
    },
    log: () => readFile(logPath, 'utf8'),
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true, force: true }),
  };
}
