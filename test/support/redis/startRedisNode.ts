import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { openNodeClient } from './openNodeClient.ts';
import { endProcess, launchRedisProcess } from './redisProcess.ts';

export interface RedisNode {
  readonly port: number;
  /** A plain client of this node alone. */
  readonly client: Redis;
  isAlive(): boolean;
  /** kill -9, as a crash would. */
  kill(): Promise<void>;
}

interface NodeStart {
  readonly port: number;
  /** The node gets a folder of its own in it. */
  readonly directory: string;
  readonly args: readonly string[];
}

/** One of several servers that replicate one another; who starts it ends it. */
export async function startRedisNode({ port, directory, args }: NodeStart): Promise<RedisNode> {
  const ownDirectory = join(directory, String(port));
  await mkdir(ownDirectory);
  const child = await launchRedisProcess(port, [
    ...['--port', String(port), '--bind', '127.0.0.1', '--dir', ownDirectory],
    ...['--save', '', '--appendonly', 'no', '--repl-diskless-sync-delay', '0'],
    ...args,
  ]);
  const client = await openNodeClient(port);
  let isAlive = true;
  return {
    port,
    client,
    isAlive: () => isAlive,
    kill: async () => {
      isAlive = false;
      client.disconnect();
      await endProcess(child);
    },
  };
}
