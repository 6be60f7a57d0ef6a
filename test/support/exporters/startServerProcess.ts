import { type ChildProcess, spawn } from 'node:child_process';
import { endProcess } from '../redis/redisProcess.ts';
import { waitUntil } from '../redis/waitUntil.ts';

export interface ServerProcess {
  /** For the failure, when the program is missing. */
  readonly name: string;
  /** Environment variable that scripts/run.mjs sets to the program. */
  readonly variable: string;
  readonly args: readonly string[];
  /** Answers with a server's error, or not at all, until the program is ready. */
  readonly readyUrl: string;
}

/** Starts a program of the system that serves HTTP, and waits until it is ready. */
export async function startServerProcess({
  name,
  variable,
  args,
  readyUrl,
}: ServerProcess): Promise<ChildProcess> {
  const program = process.env[variable];
  if (!program) throw new Error(`${name} is missing: install it, or set ${variable} to where it is`);
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints = (complaints + text).slice(-4_000);
  });
  try {
    await waitUntil(`${name} is ready`, async () => child.exitCode !== null || isReady(readyUrl));
  } catch (error) {
    await endProcess(child);
    throw error;
  }
  if (child.exitCode !== null) throw new Error(`${name} ended with code ${child.exitCode}:\n${complaints}`);
  return child;
}

async function isReady(url: string): Promise<boolean> {
  try {
    const answer = await fetch(url);
    await answer.body?.cancel();
    return answer.status < 500;
  } catch {
    return false;
  }
}
