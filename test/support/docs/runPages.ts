import { setTimeout as pause } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { freePort } from '#test/support/freePort.ts';
import { redis, source } from './prelude.ts';

/*
 * Runs the examples of each page on an empty Redis, one page after the other, and tells its parent how each ended. Arguments: the
 * modules to run.
 */
const LONGEST_PAGE_MS = 15_000;
const admin = new Redis(process.env.REDIS_ADMIN_URL ?? '');

async function runPage(module: string): Promise<string | null> {
  await admin.flushall();
  source.reset();
  const late = new AbortController();
  const timeout = pause(LONGEST_PAGE_MS, 'it did not end', { signal: late.signal }).catch(() => null);
  const run = import(module).then(
    () => null,
    (error: unknown) => (error instanceof Error ? (error.stack ?? error.message) : String(error)),
  );
  const outcome = await Promise.race([run, timeout]);
  late.abort();
  return outcome;
}

// Where an example listens.
process.env.PORT = String(await freePort());

for (const module of process.argv.slice(2)) {
  const error = await runPage(module);
  await new Promise<void>((resolve) => {
    process.send?.({ module, error }, () => resolve());
  });
}
redis.disconnect();
admin.disconnect();
// Connections that an example left open do not keep the process.
process.exit();
