import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Cluster, type ClusterOptions } from 'ioredis';
import { joinCluster } from './joinCluster.ts';
import { pickClusterPorts } from './pickClusterPorts.ts';
import { type RedisNode, startRedisNode } from './startRedisNode.ts';
import { waitUntil } from './waitUntil.ts';

export interface ClusterSetup {
  /** At least 3, or no majority is left to fail over when one is killed. */
  readonly masterCount?: number;
  /** Replicas of each master. */
  readonly replicaCount?: 0 | 1;
  readonly extraArgs?: readonly string[];
}

export interface ClusterNode extends RedisNode {
  /** What it was started as; a failover changes who is what. */
  readonly role: 'master' | 'replica';
}

/** What a service may choose; how nodes are reached is ours. */
type ClientOptions = Omit<ClusterOptions, 'redisOptions'>;

export interface TestCluster extends AsyncDisposable {
  /** Masters first. */
  readonly nodes: readonly ClusterNode[];
  /** A client as a service would hand it in, ready; it ends with the cluster. */
  connect(options?: ClientOptions): Promise<Cluster>;
  /** The living node that serves the key's slot as a master. */
  masterOf(key: string): Promise<ClusterNode>;
  /** Kills the node that `masterOf` names. */
  killMasterOf(key: string): Promise<ClusterNode>;
  /** Until every living node sees a living master on each slot. Takes 2 to 4 seconds after a kill. */
  waitForFailover(): Promise<void>;
  flushAll(): Promise<void>;
}

/** A node that is silent for as long is taken for dead, ms. */
const NODE_TIMEOUT_MS = 1000;

/** A real Redis Cluster of the test's own on free ports. A start takes 2 to 3 s: Redis itself waits 2 s before it accepts writes. */
export async function startRedisCluster(setup: ClusterSetup = {}): Promise<TestCluster> {
  const { masterCount = 3, replicaCount = 0, extraArgs = [] } = setup;
  await using resources = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), 'cachescope-cluster-'));
  resources.defer(() => rm(directory, { recursive: true, force: true }));
  const ports = await pickClusterPorts(masterCount * (1 + replicaCount));
  const launches = await Promise.allSettled(
    ports.map((port) => startRedisNode({ port, directory, args: [...CLUSTER_ARGS, ...extraArgs] })),
  );
  for (const launch of launches) if (launch.status === 'fulfilled') resources.defer(launch.value.kill);
  const nodes = launches.map((launch, index): ClusterNode => {
    if (launch.status === 'rejected') throw launch.reason;
    return { ...launch.value, role: index < masterCount ? 'master' : 'replica' };
  });
  await joinCluster(
    nodes.slice(0, masterCount).map(({ client }) => client),
    nodes.slice(masterCount).map(({ client }) => client),
  );
  await untilWhole(nodes);
  return handleOf(nodes, resources.move());
}

function handleOf(nodes: readonly ClusterNode[], resources: AsyncDisposableStack): TestCluster {
  const living = () => nodes.filter((node) => node.isAlive());
  const masterOf = (key: string) => findMaster(living(), key);
  return {
    nodes,
    masterOf,
    connect: async (options) => {
      const cluster = openCluster(living(), options);
      resources.defer(() => cluster.disconnect());
      await new Promise<void>((resolve) => cluster.once('ready', () => resolve()));
      return cluster;
    },
    killMasterOf: async (key) => {
      const master = await masterOf(key);
      await master.kill();
      return master;
    },
    waitForFailover: () => untilWhole(living()),
    flushAll: async () => {
      for (const node of living()) {
        const [role] = await node.client.role();
        if (role === 'master') await node.client.flushall();
      }
    },
    [Symbol.asyncDispose]: () => resources.disposeAsync(),
  };
}

/** Of each node, beside what all servers of tests have. */
const CLUSTER_ARGS = [
  ...['--cluster-enabled', 'yes', '--cluster-config-file', 'nodes.conf'],
  // However long a replica has not heard of its master, it may take over.
  ...['--cluster-node-timeout', String(NODE_TIMEOUT_MS), '--cluster-replica-validity-factor', '0'],
];

function openCluster(living: readonly ClusterNode[], options: ClientOptions = {}): Cluster {
  const cluster = new Cluster(
    living.map(({ port }) => ({ host: '127.0.0.1', port })),
    {
      clusterRetryStrategy: () => 50,
      ...options,
      redisOptions: { disableClientInfo: true },
    },
  );
  cluster.on('error', () => {});
  return cluster;
}

async function findMaster(living: readonly ClusterNode[], key: string): Promise<ClusterNode> {
  const [witness] = living;
  if (witness === undefined) throw new Error('no node is alive');
  const slot = Number(await witness.client.call('CLUSTER', 'KEYSLOT', key));
  const range = (await readSlots(witness)).find(({ first, last }) => first <= slot && slot <= last);
  const master = living.find(({ port }) => port === range?.masterPort);
  if (master === undefined) throw new Error(`no living master has slot ${slot}`);
  return master;
}

function untilWhole(living: readonly ClusterNode[]): Promise<void> {
  return waitUntil('every node sees a living master on each slot', () => isWhole(living));
}

async function isWhole(living: readonly ClusterNode[]): Promise<boolean> {
  const ports = new Set(living.map(({ port }) => port));
  const views = await Promise.all(
    living.map(async (node) => {
      const info = String(await node.client.call('CLUSTER', 'INFO'));
      const ranges = await readSlots(node);
      return (
        info.includes('cluster_state:ok') &&
        info.includes('cluster_slots_ok:16384') &&
        ranges.every(({ masterPort }) => masterPort !== undefined && ports.has(masterPort))
      );
    }),
  );
  return views.every(Boolean);
}

async function readSlots(node: ClusterNode) {
  const reply = await node.client.cluster('SLOTS');
  return reply.map(([first, last, master]) => ({ first, last, masterPort: master?.[1] }));
}
