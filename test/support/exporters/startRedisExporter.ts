import { freePort } from '../freePort.ts';
import { endProcess } from '../redis/redisProcess.ts';
import { startServerProcess } from './startServerProcess.ts';

export interface TestRedisExporter extends AsyncDisposable {
  readonly url: string;
  readonly hostAndPort: string;
}

/** The real redis_exporter over a Redis, on a free port. */
export async function startRedisExporter(
  redisUrl: string,
  extraArgs: readonly string[] = [],
): Promise<TestRedisExporter> {
  const hostAndPort = `127.0.0.1:${await freePort()}`;
  const url = `http://${hostAndPort}/metrics`;
  const child = await startServerProcess({
    name: 'redis_exporter',
    variable: 'REDIS_EXPORTER',
    args: ['-web.listen-address', hostAndPort, '-redis.addr', redisUrl, ...extraArgs],
    readyUrl: url,
  });
  return { url, hostAndPort, [Symbol.asyncDispose]: () => endProcess(child) };
}
