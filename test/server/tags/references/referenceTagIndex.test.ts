import { describe, expect, it } from 'vitest';
import { TagDirectory } from '#server/tags/directory/tagDirectory.ts';
import { laravelReferences } from '#server/tags/references/laravelReferences.ts';
import { guardedJobsHarness, operator } from '#test/support/jobs/guardedJobsHarness.ts';
import { purgeBench } from '#test/support/jobs/purgeBench.ts';
import { openTestConnection } from '#test/support/openTestConnection.ts';
import { readAllKeys } from '#test/support/redis/readAllKeys.ts';
import { lookParts } from '#test/support/tags/lookParts.ts';
import { runShell } from '#test/support/tags/runShell.ts';
import { laravelReferencesCase } from '../layouts/laravelReferencesCase.ts';

const bench = purgeBench();
const { entries } = laravelReferencesCase;
const tagKey = String(laravelReferencesCase.tagKey);

async function open() {
  const connection = await bench.openOperator();
  return { connection, index: await laravelReferences.open(connection, Buffer.from(tagKey)) };
}

describe('a tag of Laravel to 9', () => {
  it('is found on the connection that only reads, and nothing is where no id stands', async () => {
    await laravelReferencesCase.write(bench.redis.client);
    await bench.redis.client.set('app:tag:other:key', 'a value of somebody');
    const connection = openTestConnection(bench.redis, 'monitor');
    const directory = new TagDirectory({ connection, nowMs: Date.now, pause: async () => {}, lookParts });
    const { tags } = await directory.list('');
    connection.close();
    expect(tags.map(({ tag, memberCount }) => [tag, memberCount])).toEqual([
      ['people', 3],
      ['artists', 2],
    ]);
  });

  it('of many entries is walked over both of its lists', async () => {
    await laravelReferencesCase.write(bench.redis.client);
    const { connection, index } = await open();
    const added = Array.from({ length: 1_000 }, (_, at) => `laravel_cache:x:${at}`);
    const id = '65f1c0a1b2c3d012345678';
    await bench.redis.client.sadd(`laravel_database_laravel_cache:${id}:standard_ref`, ...added);
    await bench.redis.client.sadd(`laravel_database_laravel_cache:${id}:forever_ref`, ...added);
    const met = new Set<string>();
    let cursor: string | null = '0';
    while (cursor !== null && index !== null) {
      const page: Awaited<ReturnType<typeof index.readEntryKeys>> = await index.readEntryKeys(connection, {
        cursor,
        count: 100,
      });
      for (const key of page.elements) met.add(String(key));
      cursor = page.cursor;
    }
    expect(met.size).toBe(1_003);
    expect([...met].filter((key) => entries.includes(key))).toHaveLength(3);
  });

  it('keeps an id that the application gave it meanwhile', async () => {
    await laravelReferencesCase.write(bench.redis.client);
    const { connection, index } = await open();
    const keys = entries.map((key) => Buffer.from(key));
    const commands = await index?.prepareRemoval(connection, keys);
    await connection.pipeline([...(commands?.cleanIndex ?? [])]);
    await bench.redis.client.set(tagKey, 's:22:"65f1c0a1b2c3d999999999";');
    expect(await index?.prepareEnd(connection)).toEqual([]);
  });

  it('cannot be undone, and the plan says why', async () => {
    await laravelReferencesCase.write(bench.redis.client);
    const { plan } = guardedJobsHarness(bench.openOperator);
    const made = await plan(tagKey, operator, 'laravelReferences');
    expect(made.undo).toEqual({ state: 'notKept', why: expect.stringContaining('another id') });
  });

  it('is removed by the lines for a shell as well', async () => {
    const { client } = bench.redis;
    await laravelReferencesCase.write(client);
    await laravelReferencesCase.purge(client);
    const afterLibrary = await readAllKeys(client);
    await client.flushall();
    await laravelReferencesCase.write(client);
    const { index } = await open();
    const quote = (bytes: Buffer) => `'${bytes.toString('latin1')}'`;
    await runShell(index?.prepareShellCommands(quote) ?? [], bench.redis.port);
    expect(await readAllKeys(client)).toEqual(afterLibrary);
  });
});
