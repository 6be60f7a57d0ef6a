import type { Redis } from 'ioredis';
import { waitUntil } from './waitUntil.ts';

const SLOT_COUNT = 16_384;

/** Makes one cluster of empty nodes: slots in equal shares, the replica at index i following the master at i modulo their count. */
export async function joinCluster(masters: readonly Redis[], replicas: readonly Redis[]): Promise<void> {
  const nodes = [...masters, ...replicas];
  await Promise.all(
    masters.map(async (master, index) => {
      // Epochs that differ from the start: else the nodes would first have to settle who is right.
      await master.call('CLUSTER', 'SET-CONFIG-EPOCH', index + 1);
      const first = Math.ceil((SLOT_COUNT * index) / masters.length);
      const last = Math.ceil((SLOT_COUNT * (index + 1)) / masters.length) - 1;
      await master.call('CLUSTER', 'ADDSLOTSRANGE', first, last);
    }),
  );
  for (const [index, node] of nodes.entries()) {
    for (const other of nodes.slice(index + 1)) {
      await node.call('CLUSTER', 'MEET', '127.0.0.1', String(other.options.port));
    }
  }
  await Promise.all(nodes.map((node) => waitUntil('each node knows all', () => knows(node, nodes.length))));
  await Promise.all(replicas.map((replica, index) => follow(replica, masters[index % masters.length])));
}

async function knows(node: Redis, count: number): Promise<boolean> {
  const lines = String(await node.call('CLUSTER', 'NODES'))
    .trim()
    .split('\n');
  return lines.length === count && lines.every((line) => !line.includes('handshake'));
}

async function follow(replica: Redis, master: Redis | undefined): Promise<void> {
  if (master === undefined) throw new Error('a replica needs a master');
  const masterId = String(await master.call('CLUSTER', 'MYID'));
  await replica.call('CLUSTER', 'REPLICATE', masterId);
  await waitUntil('the replica follows', async () =>
    (await replica.info('replication')).includes('master_link_status:up'),
  );
}
