import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { ErrorCode } from '#shared/errorCodes.ts';
import { waitUntil } from '#test/support/redis/waitUntil.ts';

/** A state in which Redis refuses to remove, SECURITY's table of faults. */
export interface RefusingState {
  readonly state: string;
  /** What the operator reads: what it is and what to do. */
  readonly words: RegExp;
  readonly code: ErrorCode;
  enter(client: Redis): Promise<void>;
  leave(client: Redis): Promise<void>;
}

const replica: RefusingState = {
  state: 'has become a read-only replica',
  words: /read-only replica\. Point Cachescope at the primary/,
  code: 'redisRefused',
  async enter(client) {
    await client.replicaof('127.0.0.1', 1);
  },
  async leave(client) {
    await client.replicaof('NO', 'ONE');
  },
};

const orphanedReplica: RefusingState = {
  state: 'has become a replica that has lost its primary',
  words: /lost its primary.*Check the link|read-only replica\. Point Cachescope at the primary/,
  code: 'redisUnreachable',
  async enter(client) {
    await client.config('SET', 'replica-serve-stale-data', 'no');
    await client.replicaof('127.0.0.1', 1);
  },
  async leave(client) {
    await client.replicaof('NO', 'ONE');
    await client.config('SET', 'replica-serve-stale-data', 'yes');
  },
};

const failingSaves: RefusingState = {
  state: 'cannot save to disk',
  words: /refuses writes because it cannot save to disk\..*Check its disk and log/,
  code: 'redisRefused',
  async enter(client) {
    await client.config('SET', 'save', '3600 1');
    await client.config('SET', 'stop-writes-on-bgsave-error', 'yes');
    const hasFailed = async () => (await client.info('persistence')).includes('rdb_last_bgsave_status:err');
    // Redis remembers a failed save until one succeeds.
    if (await hasFailed()) return;
    // A folder of the dump's name: the new dump cannot take its place.
    const [, directory] = z.tuple([z.string(), z.string()]).parse(await client.config('GET', 'dir'));
    await mkdir(join(directory, 'dump.rdb'));
    await client.bgsave();
    await waitUntil('the save has failed', hasFailed);
  },
  async leave(client) {
    await client.config('SET', 'stop-writes-on-bgsave-error', 'no');
  },
};

const fewReplicas: RefusingState = {
  state: 'lacks the replicas that it waits for',
  words: /too few replicas are connected\. Check the replicas \(min-replicas-to-write\)/,
  code: 'redisRefused',
  async enter(client) {
    await client.config('SET', 'min-replicas-to-write', 1);
  },
  async leave(client) {
    await client.config('SET', 'min-replicas-to-write', 0);
  },
};

/** Ended by SCRIPT KILL, which the script allows by writing nothing. */
const busyScript: RefusingState = {
  state: 'is busy with a script',
  words: /busy with a script and answers nobody\..*SCRIPT KILL/,
  code: 'redisRefused',
  async enter(client) {
    await client.config('SET', 'busy-reply-threshold', 1);
    const script = client.duplicate();
    script.on('error', () => {});
    script
      .eval('while true do end', 0)
      .catch(() => {})
      .finally(() => script.disconnect());
    await waitUntil('the script is in the way', () =>
      client.ping().then(
        () => false,
        (error: unknown) => String(error).includes('BUSY'),
      ),
    );
  },
  async leave(client) {
    await client.script('KILL');
    await waitUntil('the script has ended', async () => (await client.ping()) === 'PONG');
  },
};

export const refusingStates: readonly RefusingState[] = [
  replica,
  orphanedReplica,
  failingSaves,
  fewReplicas,
  busyScript,
];
