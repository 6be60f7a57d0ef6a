import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort } from '../freePort.ts';
import { openNodeClient } from './openNodeClient.ts';
import { endProcess, launchRedisProcess } from './redisProcess.ts';
import { type RedisNode, startRedisNode } from './startRedisNode.ts';
import { waitUntil } from './waitUntil.ts';

export interface TestSentinel extends AsyncDisposable {
  /** Of the sentinel itself. */
  readonly port: number;
  /** What the sentinel calls the primary: `name` of ioredis. */
  readonly name: string;
  /** A client as a service would hand it in, ready; it asks the sentinel where the primary is, and ends with it. */
  connect(options?: { readonly keyPrefix?: string; readonly enableAutoPipelining?: boolean }): Promise<Redis>;
  /** Port of the primary, as the sentinel says at this moment. */
  primaryPort(): Promise<number>;
  /** kill -9 of the present primary; the sentinel notices it after half a second. */
  killPrimary(): Promise<void>;
  /** Has the sentinel exchange primary and replica while both live; until each says so itself. */
  failOver(): Promise<void>;
  /** Until the sentinel names a living primary that says so itself. Takes 1 to 4 seconds after a kill. */
  waitForFailover(): Promise<void>;
}

const NAME = 'cachescope';
const DOWN_AFTER_MS = 500;
const FAILOVER_TIMEOUT_MS = 2000;

/** A primary, its replica, and one sentinel whose word alone is a quorum, on free ports. */
export async function startSentinel(): Promise<TestSentinel> {
  await using resources = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'cachescope-sentinel-'));
  resources.defer(() => rm(directory, { recursive: true, force: true }));
  const primary = await startRedisNode({ port: await freePort(), directory, args: [] });
  resources.defer(primary.kill);
  const replica = await startRedisNode({
    port: await freePort(),
    directory,
    args: ['--replicaof', '127.0.0.1', String(primary.port)],
  });
  resources.defer(replica.kill);
  await waitUntil('the replica follows', async () =>
    (await replica.client.info('replication')).includes('master_link_status:up'),
  );
  const port = await freePort();
  const child = await launchRedisProcess(port, [
    await writeConfig(directory, port, primary.port),
    '--sentinel',
  ]);
  resources.defer(() => endProcess(child));
  const sentinel = await openNodeClient(port);
  resources.defer(() => sentinel.disconnect());
  await waitUntil('the sentinel knows the replica', async () => {
    const replicas = await sentinel.call('SENTINEL', 'REPLICAS', NAME);
    return Array.isArray(replicas) && replicas.length === 1;
  });
  return handleOf({ port, sentinel, nodes: [primary, replica], resources: resources.move() });
}

interface Parts {
  readonly port: number;
  readonly sentinel: Redis;
  readonly nodes: readonly RedisNode[];
  readonly resources: AsyncDisposableStack;
}

function handleOf({ port, sentinel, nodes, resources }: Parts): TestSentinel {
  const primaryPort = async () => {
    const address = await sentinel.call('SENTINEL', 'GET-MASTER-ADDR-BY-NAME', NAME);
    return Array.isArray(address) ? Number(address[1]) : Number.NaN;
  };
  const findPrimary = async () => {
    const wanted = await primaryPort();
    return nodes.find((node) => node.port === wanted);
  };
  return {
    port,
    name: NAME,
    primaryPort,
    connect: async (options) => {
      const client = new Redis({
        sentinels: [{ host: '127.0.0.1', port }],
        name: NAME,
        disableClientInfo: true,
        sentinelRetryStrategy: () => 50,
        retryStrategy: () => 50,
        ...options,
      });
      client.on('error', () => {});
      resources.defer(() => client.disconnect());
      await new Promise<void>((resolve) => client.once('ready', () => resolve()));
      return client;
    },
    failOver: async () => {
      const before = await findPrimary();
      // Refused until the sentinel has heard of the replica often enough to trust it.
      await waitUntil('the sentinel begins', async () => {
        return (await sentinel.call('SENTINEL', 'FAILOVER', NAME)) === 'OK';
      });
      await waitUntil('primary and replica are exchanged', async () => {
        const node = await findPrimary();
        if (node === undefined || node === before) return false;
        return (await node.client.role())[0] === 'master' && (await before?.client.role())?.[0] === 'slave';
      });
    },
    killPrimary: async () => {
      await (await findPrimary())?.kill();
    },
    waitForFailover: () =>
      waitUntil('a living node is the primary', async () => {
        const node = await findPrimary();
        return node?.isAlive() === true && (await node.client.role())[0] === 'master';
      }),
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** The sentinel rewrites this file with what it learns, so it needs one of its own. */
async function writeConfig(directory: string, port: number, primaryPort: number): Promise<string> {
  const path = join(directory, 'sentinel.conf');
  const lines = [
    `port ${port}`,
    'bind 127.0.0.1',
    `dir "${directory}"`,
    `sentinel monitor ${NAME} 127.0.0.1 ${primaryPort} 1`,
    `sentinel down-after-milliseconds ${NAME} ${DOWN_AFTER_MS}`,
    `sentinel failover-timeout ${NAME} ${FAILOVER_TIMEOUT_MS}`,
  ];
  await writeFile(path, `${lines.join('\n')}\n`);
  return path;
}
