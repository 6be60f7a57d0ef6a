import { Redis } from 'ioredis';
import { openRedisLine, type RedisLine } from '#demo/processes/redisLine.ts';
import { listenForInstance } from '#demo/services/instanceEndpoint.ts';
import { seededRandom } from '#demo/source/seededRandom.ts';
import type { ShopDatabase } from '#demo/source/shopDatabase.ts';
import type { Ledger } from '#demo/traffic/ledger.ts';
import type { ServiceSurroundings, ShopService } from './shopService.ts';

/** Something of the demo that belongs to one instance of a service. */
export interface RunningInstance<Service extends ShopService> {
  /** As operators see it: `catalog-2`. */
  readonly name: string;
  readonly service: Service;
  readonly metricsUrl: string;
  /** Its way to Redis. */
  readonly line: RedisLine;
}

export interface InstanceSurroundings {
  readonly redisPort: number;
  readonly source: ShopDatabase;
  readonly ledger: Ledger;
  /** Signs the commands of operators. */
  readonly controlSecret: string;
  /** Takes what is to be closed at the end. */
  readonly stack: AsyncDisposableStack;
}

/** Instances of one service, each with a line to Redis, a client and a metrics port of its own, which it announces. */
export async function startInstances<Service extends ShopService>(
  start: (around: ServiceSurroundings) => Service,
  wanted: { readonly service: string; readonly count: number; readonly seed: number },
  { redisPort, source, ledger, controlSecret, stack }: InstanceSurroundings,
): Promise<readonly RunningInstance<Service>[]> {
  const instances: RunningInstance<Service>[] = [];
  for (let ordinal = 1; ordinal <= wanted.count; ordinal += 1) {
    const name = `${wanted.service}-${ordinal}`;
    const line = await openRedisLine(redisPort);
    stack.defer(() => line.close());
    const redis = stack.adopt(connect(line.port), (client) => client.disconnect());
    const endpoint = await listenForInstance();
    stack.defer(() => endpoint.close());
    const metricsUrl = `${endpoint.url}/metrics`;
    const service = start({
      ...{ redis, source, ledger, clock: Date.now },
      instance: { name, metricsUrl, controlUrl: `${endpoint.url}/control`, controlSecret },
      random: seededRandom(wanted.seed * 100 + ordinal),
    });
    stack.defer(async () => void (await service.close()));
    endpoint.serve(service);
    instances.push({ name, service, metricsUrl, line });
  }
  return instances;
}

function connect(port: number): Redis {
  const client = new Redis({
    host: '127.0.0.1',
    port,
    disableClientInfo: true,
    enableAutoPipelining: true,
    retryStrategy: (attempt) => Math.min(500, attempt * 50),
  });
  // The cache counts what fails; without a listener each failed reconnect is written to the console.
  client.on('error', () => {});
  return client;
}
