import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import { type CacheBench, startBench } from '../startCache.ts';

interface FileBench extends Pick<CacheBench, 'redis' | 'connect'> {
  /** Clients as services would hand them in, open for all tests of the file. */
  readonly services: readonly Redis[];
  /** The first of them. */
  readonly service: Redis;
}

/** A Redis of the test file's own, emptied before each test. To be called outside the tests. */
export function benchForFile(serviceCount = 1): FileBench {
  let started: CacheBench | null = null;
  let services: readonly Redis[] = [];
  const bench = (): CacheBench => {
    if (started === null) throw new Error('The bench is there from beforeAll on.');
    return started;
  };
  beforeAll(async () => {
    started = await startBench();
    services = await Promise.all(Array.from({ length: serviceCount }, () => bench().connect()));
  });
  afterAll(() => started?.[Symbol.asyncDispose]());
  beforeEach(async () => void (await bench().redis.client.flushall()));
  return {
    connect: (options) => bench().connect(options),
    get redis() {
      return bench().redis;
    },
    get services() {
      return services;
    },
    get service() {
      const [first] = services;
      if (first === undefined) throw new Error('The clients are there from beforeAll on.');
      return first;
    },
  };
}
