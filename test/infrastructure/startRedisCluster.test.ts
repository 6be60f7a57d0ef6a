import { access } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Redis } from 'ioredis';
import { describe, expect, it } from 'vitest';
import { startRedisCluster } from '#test/support/redis/startRedisCluster.ts';

describe('a cluster of the test', () => {
  it('spreads keys over its masters, and can be emptied', async () => {
    await using cluster = await startRedisCluster();
    const client = await cluster.connect();
    for (let index = 0; index < 60; index += 1) await client.set(`k${index}`, index);
    const counts = await Promise.all(cluster.nodes.map((node) => node.client.dbsize()));
    expect(counts.every((count) => count > 0)).toBe(true);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(60);
    await cluster.flushAll();
    expect(await client.get('k1')).toBeNull();
  });

  it('fails over to the replica when the master of a key is killed', async () => {
    await using cluster = await startRedisCluster({ replicaCount: 1 });
    const client = await cluster.connect();
    await client.set('x', 'before');
    const before = await cluster.masterOf('x');
    await before.client.wait(1, 1000);
    expect(await cluster.killMasterOf('x')).toBe(before);
    await cluster.waitForFailover();
    const after = await cluster.masterOf('x');
    expect(after).not.toBe(before);
    expect(after.role).toBe('replica');
    expect(await client.get('x')).toBe('before');
  });

  it('leaves no process and no folder behind', async () => {
    const cluster = await startRedisCluster({ masterCount: 1 });
    const traces = await Promise.all(
      cluster.nodes.map(async ({ client }) => {
        const pid = /process_id:(\d+)/.exec(await client.info('server'))?.[1];
        return [`/proc/${pid}`, dirname(await readDirectory(client))];
      }),
    );
    await cluster[Symbol.asyncDispose]();
    for (const trace of traces.flat()) await expect(access(trace)).rejects.toThrow('ENOENT');
  });
});

async function readDirectory(client: Redis): Promise<string> {
  const [, directory = ''] = await client.config('GET', 'dir');
  return directory;
}
