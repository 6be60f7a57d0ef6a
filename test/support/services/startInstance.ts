import { once } from 'node:events';
import { createServer } from 'node:http';
import { onTestFinished } from 'vitest';
import { type CommandHandler, createCache, family } from '#cache/cache.ts';
import { listenOnLoopback } from '#demo/processes/listenOnLoopback.ts';
import { openRedisLine } from '#demo/processes/redisLine.ts';
import { openClient } from '#test/support/redis/openClient.ts';

export interface TestInstanceOptions {
  readonly redisPort: number;
  readonly name: string;
  /** False = it has no port to scrape, and is known by its announcements alone. */
  readonly hasPage?: boolean;
  /** It takes commands over HTTP, signed with it, and announces where. */
  readonly controlSecret?: string;
}

const thing = family({ key: 'thing:{id}', ttlSeconds: 600, load: async () => 1 });

/** A real instance of a service `shop` on a line of its own to Redis, which announces itself every second; ends with the test. */
export async function startInstance(options: TestInstanceOptions) {
  const { redisPort, name, hasPage = true, controlSecret } = options;
  const line = await openRedisLine(redisPort);
  const redis = openClient({ port: line.port, maxRetriesPerRequest: 0 });
  await once(redis, 'ready');
  let page: () => Promise<string> = async () => '';
  let control: CommandHandler | null = null;
  const server = await listenOnLoopback(
    createServer((request, response) => {
      if (request.url === '/control' && control !== null) return control(request, response);
      void page().then((text) => response.writeHead(200, { 'content-type': 'text/plain' }).end(text));
    }),
  );
  const metricsUrl = `${server.url}/metrics`;
  const cache = createCache({
    ...{ redis, service: 'shop', instance: name, version: '1.0', closeFlushMs: 0 },
    families: { thing },
    closeTimeoutMs: 1_000,
    announce: {
      everySeconds: 1,
      ...(hasPage ? { metricsUrl } : {}),
      ...(controlSecret === undefined ? {} : { controlUrl: `${server.url}/control` }),
    },
    ...(controlSecret === undefined ? {} : { control: { secret: controlSecret } }),
    breaker: { openMs: 60_000, maxOpenMs: 60_000 },
  });
  page = () => cache.metrics();
  if (controlSecret !== undefined) control = cache.commandHandler();
  let isEnded = false;
  const end = async (): Promise<void> => {
    if (isEnded) return;
    isEnded = true;
    await cache.close();
    redis.disconnect();
    await line.close();
    await server.close();
  };
  onTestFinished(end);
  return {
    cache,
    line,
    metricsUrl,
    end,
    /** One look-up, of something that is not there. */
    ask: () => cache.thing.get({ id: Math.floor(Math.random() * 1_000_000) }).catch(() => undefined),
    state: () => cache.snapshot().state?.breaker.state,
    /** Its port answers no more, and it says no word in Redis. */
    silence: async () => {
      line.cut();
      await server.close();
    },
  };
}
