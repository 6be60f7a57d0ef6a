import { createInterface } from 'node:readline';

/**
 * Runs one library for a test: each line of the input is a request, each line of the output its answer. An error ends the process,
 * and the test with it.
 * @param {(port: number, option: string) => Promise<{
 *   write: (key: string, tags: string[]) => Promise<unknown>,
 *   read: (key: string) => Promise<boolean>,
 *   purge: (tag: string) => Promise<unknown>,
 * }>} open `read` is the library's own: whether it found a value that it would hand out
 */
export async function serve(open) {
  const library = await open(Number(process.argv[2]), process.argv[3] ?? '');
  for await (const line of createInterface(process.stdin)) {
    const { ask, key, tag, tags } = JSON.parse(line);
    let isHit = false;
    if (ask === 'write') await library.write(key, tags);
    else if (ask === 'read') isHit = await library.read(key);
    else await library.purge(tag);
    process.stdout.write(`${JSON.stringify({ isHit })}\n`);
  }
  process.exit(0);
}
