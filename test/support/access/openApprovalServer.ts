import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { ServerSurroundings } from '#server/serverSurroundings.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { startRedis } from '#test/support/startRedis.ts';
import { openLoginServer } from './openLoginServer.ts';
import { PASSWORD } from './openTestLogins.ts';

export const SHOES_COUNT = 200;

const planned = z.object({ data: z.object({ id: z.string(), token: z.string() }) });

/** A server on a Redis whose tag `shoes` needs a second approver to be purged: ada is its admin, bob an operator, vic a viewer. */
export async function openApprovalServer(around: Partial<ServerSurroundings> = {}) {
  const opened = new AsyncDisposableStack();
  const redis = opened.use(await startRedis());
  const dataDirectory = mkdtempSync(join(tmpdir(), 'cachescope-data-'));
  opened.defer(() => rmSync(dataDirectory, { recursive: true, force: true }));
  const open = opened.use(new AsyncDisposableStack());
  const server = open.use(
    await openLoginServer(
      {
        redis: {
          host: '127.0.0.1',
          port: redis.port,
          database: 0,
          username: null,
          password: null,
          tls: null,
        },
        dataDirectory,
        secondApproverAboveKeys: 100,
      },
      around,
    ),
  );
  for (const [name, role] of [
    ['bob', 'operator'],
    ['vic', 'viewer'],
  ]) {
    const input = { name, role, password: PASSWORD };
    await server.ask('access.users.add', { cookie: server.adminCookie, input });
  }
  return {
    ...server,
    redis,
    /** Ends the server alone. */
    stop: () => open.disposeAsync(),
    async fillShoes() {
      const fill = redis.client.pipeline();
      for (let id = 0; id < SHOES_COUNT; id += 1) {
        const key = `shop:product:${id}`;
        fill.set(key, `value ${id}`, 'EX', 3_600);
        fill.sadd('shop:tag:shoes', key).sadd(`shop:key-tags:${key}`, 'shoes');
      }
      await fill.exec();
    },
    leftCount: async () => (await redis.client.keys('shop:product:*')).length,
    /** Ada plans to purge the tag and asks for an approver; resolves with the id of the plan. */
    async askForShoes(reason: string): Promise<string> {
      const { adminCookie: cookie, ask } = server;
      const selection = { by: 'tag', layout: 'simple', tagKey: 'shop:tag:shoes' };
      const plan = await ask('jobs.planPurge', { cookie, input: { targetId: DEFAULT_TARGET_ID, selection } });
      const { id, token } = planned.parse(plan).data;
      await ask('approvals.ask', { cookie, input: { targetId: DEFAULT_TARGET_ID, token, reason } });
      return id;
    },
    [Symbol.asyncDispose]: () => opened.disposeAsync(),
  };
}
