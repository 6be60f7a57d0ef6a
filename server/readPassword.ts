import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';

/** From the environment, else asked for in the terminal without showing it; null where there is no terminal. */
export async function readPassword(
  name: string,
  fromEnvironment: string | undefined,
): Promise<string | null> {
  if (fromEnvironment !== undefined && fromEnvironment !== '') return fromEnvironment;
  if (!process.stdin.isTTY) return null;
  // On stderr, so that the answer of the command alone is on stdout.
  process.stderr.write(`Password of ${name}: `);
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: nowhere, terminal: true });
  const gone = new AbortController();
  // Ctrl-C and Ctrl-D: nobody wants to say it.
  reader.once('SIGINT', () => gone.abort()).once('close', () => gone.abort());
  try {
    return await reader.question('', { signal: gone.signal });
  } catch {
    return null;
  } finally {
    reader.close();
    process.stderr.write('\n');
  }
}
