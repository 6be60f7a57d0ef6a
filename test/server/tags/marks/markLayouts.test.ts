import { describe, expect, it } from 'vitest';
import { msOfTicks, ticksOfMs } from '#server/tags/marks/dotnet/dotnetTicks.ts';
import { markLayouts } from '#server/tags/marks/markLayouts.ts';
import { readTagMark } from '#server/tags/marks/readTagMark.ts';
import type { TagMark } from '#server/tags/marks/tagMark.ts';
import { purgeBench } from '#test/support/jobs/purgeBench.ts';
import { openTestConnection } from '#test/support/openTestConnection.ts';
import { runShell } from '#test/support/tags/runShell.ts';

const bench = purgeBench();

async function open(tagKey: string, id: string): Promise<TagMark | null> {
  const connection = await bench.openOperator();
  return (
    (await markLayouts.find((layout) => layout.id === id)?.open(connection, Buffer.from(tagKey, 'latin1'))) ??
    null
  );
}

/** Sends what the mark prepares, as a job would. */
async function purge(mark: TagMark | null): Promise<void> {
  const connection = await bench.openOperator();
  const commands = await mark?.prepareMark(connection);
  if (commands === undefined) throw new Error('no mark');
  expect(await commands.isDone(connection)).toBe(false);
  for (const command of [commands.mark, ...commands.after]) await connection.send(...command);
  expect(await commands.isDone(connection)).toBe(true);
}

const quote = (bytes: Buffer) => `'${bytes.toString('latin1')}'`;

describe('Drupal', () => {
  it('raises the counter of the tag, and starts one where there is none', async () => {
    const { client } = bench.redis;
    await client.set('site:cachetags:node:1', '41');
    await purge(await open('site:cachetags:node:1', 'drupal'));
    expect(await client.get('site:cachetags:node:1')).toBe('42');
    const fresh = await open('site:cachetags:node:2', 'drupal');
    expect(fresh?.state).toEqual({ kind: 'absent' });
    await purge(fresh);
    expect(await client.get('site:cachetags:node:2')).toBe('1');
    await runShell(fresh?.prepareShellCommands(quote) ?? [], bench.redis.port);
    expect(await client.get('site:cachetags:node:2')).toBe('2');
  });
});

/** As FusionCache writes it through StackExchange.Redis: a hash, its entry in `data`. */
async function writeFusion(data: string | Buffer): Promise<string> {
  const key = 'app:v2:Shop:__fc:t:users';
  await bench.redis.client.hset(key, {
    absexp: String(ticksOfMs(Date.now() + 60_000)),
    sldexp: '-1',
    data,
  });
  await bench.redis.client.expire(key, 60);
  return key;
}

const earlier = ticksOfMs(1_700_000_000_000);

describe('FusionCache', () => {
  const forms = [
    `{"Value":${earlier},"Timestamp":${earlier},"LogicalExpirationTimestamp":${earlier},"Tags":null,"Metadata":null}`,
    `{"v":${earlier},"t":${earlier},"l":${earlier},"x":null,"m":null}`,
  ];

  it.each(forms)('writes the time of Redis into %s and leaves the other fields', async (form) => {
    const key = await writeFusion(form);
    const before = Date.now();
    const mark = await open(key, 'fusionCache');
    expect(mark?.state).toEqual({ kind: 'time', atMs: 1_700_000_000_000 });
    await purge(mark);
    const { data = '', absexp = '', sldexp } = await bench.redis.client.hgetall(key);
    const [value = '', timestamp, end = ''] = data.match(/\d{18,}/g) ?? [];
    expect(timestamp).toBe(value);
    expect(msOfTicks(BigInt(value))).toBeGreaterThanOrEqual(before - 5);
    expect([end, BigInt(end) - BigInt(value)]).toEqual([absexp, 8_640_000_000_000n]);
    expect(data.replace(/\d{18,}/g, '#')).toBe(form.replace(/\d{18,}/g, '#'));
    expect(sldexp).toBe('-1');
    expect(await bench.redis.client.pttl(key)).toBeGreaterThan(863_000_000);
    await runShell(mark?.prepareShellCommands(quote) ?? [], bench.redis.port);
    const again = await bench.redis.client.hget(key, 'data');
    expect(again?.replace(/\d{18,}/g, '#')).toBe(form.replace(/\d{18,}/g, '#'));
  });

  it('never takes an invalidation back whose time is ahead of Redis', async () => {
    const ahead = ticksOfMs(Date.now() + 3_600_000);
    const key = await writeFusion(`{"v":${ahead},"t":${ahead},"l":${ahead},"x":null,"m":null}`);
    const connection = await bench.openOperator();
    const commands = await (await open(key, 'fusionCache'))?.prepareMark(connection);
    expect(String(commands?.mark)).toContain(`"v":${ahead},`);
  });

  it('tells those who listen on a backplane, with the key as they know it', async () => {
    const key = await writeFusion(forms[1] ?? '');
    const listener = bench.redis.client.duplicate({ disableClientInfo: true });
    const messages: Buffer[] = [];
    listener.on('messageBuffer', (_channel: Buffer, message: Buffer) => messages.push(message));
    await listener.subscribe('Shop.Backplane:v2');
    await purge(await open(key, 'fusionCache'));
    await expect.poll(() => messages.length).toBe(1);
    listener.disconnect();
    const [message] = messages;
    const idLength = message?.readInt32LE(1) ?? 0;
    const at = 5 + idLength;
    expect(message?.readUInt8(0)).toBe(0);
    expect(msOfTicks(message?.readBigInt64LE(at) ?? 0n)).toBeGreaterThan(1_700_000_000_000);
    expect(message?.readUInt8(at + 8)).toBe(1);
    expect(message?.subarray(at + 13).toString()).toBe('Shop:__fc:t:users');
    expect(message?.readInt32LE(at + 9)).toBe('Shop:__fc:t:users'.length);
  });

  it('refuses a mark of a binary serialiser, and says why', async () => {
    const mark = await open(await writeFusion(Buffer.from('95cf08dabc', 'hex')), 'fusionCache');
    expect(mark?.state).toEqual({ kind: 'opaque' });
    expect(mark?.refusal).toContain('binary serialiser');
    const prepared = mark?.prepareMark(await bench.openOperator());
    await expect(prepared).rejects.toMatchObject({ code: 'badInput' });
    expect(mark?.prepareShellCommands(quote)).toEqual([expect.stringMatching(/^# Not from outside: /)]);
  });
});

describe('HybridCache', () => {
  it('is read and never purged, with the reason', async () => {
    const data = Buffer.alloc(8);
    data.writeBigInt64LE(earlier);
    await bench.redis.client.hset('app:__MSFT_HCT__users', { absexp: '1', sldexp: '-1', data });
    const mark = await open('app:__MSFT_HCT__users', 'hybridCache');
    expect(mark?.state).toEqual({ kind: 'time', atMs: 1_700_000_000_000 });
    expect(mark?.refusal).toContain('does not reach running processes');
    const prepared = mark?.prepareMark(await bench.openOperator());
    await expect(prepared).rejects.toMatchObject({ code: 'badInput' });
  });
});

describe('Symfony TagAware', () => {
  it('removes the version, of 6.1 and later as well, and takes a new one for done', async () => {
    const key = 'pRyc7F6gAb:users\u0001tags\u0001';
    await bench.redis.client.set(key, 's:6:"abcdef";');
    const mark = await open(key, 'symfonyTagAware');
    expect(String(mark?.tag)).toBe('users');
    const connection = await bench.openOperator();
    const commands = await mark?.prepareMark(connection);
    expect(await commands?.isDone(connection)).toBe(false);
    await bench.redis.client.set(key, 's:6:"ghijkl";');
    expect(await commands?.isDone(connection)).toBe(true);
    await purge(mark);
    expect(await bench.redis.client.exists(key)).toBe(0);
  });
});

describe('django-cacheops, inside out', () => {
  it('removes the stamp of one condition, or of the table without one', async () => {
    const { client } = bench.redis;
    await client.mset({ 'shop:conj:auth_user:id=7': '0.84442', 'shop:conj:auth_user:': '0.1', 'q:1': 'v' });
    const mark = await open('shop:conj:auth_user:id=7', 'cacheopsInsideout');
    expect([String(mark?.tag), mark?.state]).toEqual(['auth_user:id=7', { kind: 'version' }]);
    await purge(mark);
    const ofTable = await open('shop:conj:auth_user:', 'cacheopsInsideout');
    await runShell(ofTable?.prepareShellCommands(quote) ?? [], bench.redis.port);
    expect(await client.keys('*')).toEqual(['q:1']);
  });
});

describe('layered-loader', () => {
  it('gives a counter that would expire before the entries of its first generation a day', async () => {
    await bench.redis.client.set('shop:group-index:users', '0', 'PX', 1_000);
    await purge(await open('shop:group-index:users', 'layeredLoader'));
    expect(await bench.redis.client.pttl('shop:group-index:users')).toBeGreaterThan(86_000_000);
  });
});

describe('bentocache', () => {
  it('never takes an invalidation back whose time is ahead of Redis', async () => {
    const ahead = Date.now() + 3_600_000;
    await bench.redis.client.set(
      'bento:___bc:t:users',
      `{"value":${ahead},"logicalExpiration":${ahead},"tags":[],"createdAt":${ahead}}`,
    );
    const connection = await bench.openOperator();
    const commands = await (await open('bento:___bc:t:users', 'bentocache'))?.prepareMark(connection);
    expect(String(commands?.mark)).toContain(`"value":${ahead},`);
  });

  it('is gone, or something else, by the time it is purged: nothing is sent', async () => {
    const mark = await open('bento:___bc:t:users', 'bentocache');
    await bench.redis.client.set('bento:___bc:t:users', 'an entry');
    const prepared = mark?.prepareMark(await bench.openOperator());
    await expect(prepared).rejects.toMatchObject({ code: 'notFound' });
  });
});

describe('what is only named like a mark', () => {
  it.each([
    ['bentocache', 'app:___bc:t:x'],
    ['cacheable', '--cacheable--tags--:default:tag:x'],
    ['fusionCache', 'v2:__fc:t:x'],
    ['hybridCache', '__MSFT_HCT__x'],
    ['symfonyTagAware', 'ns:x\u0001tags\u0001'],
    ['drupal', 'site:cachetags:x'],
    ['layeredLoader', 'shop:group-index:x'],
    ['cacheopsInsideout', 'conj:auth_user:x=1'],
  ])('is none of %s: a text, a set, a hash of something else', async (id, key) => {
    const { client } = bench.redis;
    await client.set(key, 'some text that is no mark of any library, and longer than a version of Symfony');
    expect(await open(key, id)).toBeNull();
    await client.del(key);
    await client.sadd(key, 'member');
    expect(await open(key, id)).toBeNull();
    await client.del(key);
    await client.hset(key, { name: 'anna' });
    expect(await open(key, id)).toBeNull();
  });

  it.each([
    ['bentocache', 'app:___bc:t:'],
    ['cacheable', '--cacheable--tags--:default:key:a:tag'],
    ['symfonyTagAware', 'ns:\u0001tags\u0001x'],
    ['symfonyTagAware', 'ns:\u0001tags\u0001'],
    ['drupal', 'site:cachetags'],
  ])('or not even named so: %s, %s', async (id, key) => {
    expect(await open(key, id)).toBeNull();
  });
});

describe('the mark that a page asks for', () => {
  it.each([
    ['simple', 'tag:users', 'badInput'],
    ['bentocache', 'app:session:1', 'badInput'],
    ['layeredLoader', 'shop:group-index:none', 'notFound'],
  ])('of %s under %s is %s', async (layout, tagKey, code) => {
    const read = readTagMark(await bench.openOperator(), layout, tagKey);
    await expect(read).rejects.toMatchObject({ code });
  });

  it('is read by its escaped name, on the connection that only reads', async () => {
    await bench.redis.client.set(Buffer.from('site:cachetags:a\xff', 'latin1'), '7');
    const monitor = openTestConnection(bench.redis, 'monitor');
    const mark = await readTagMark(monitor, 'drupal', 'site:cachetags:a\\xff');
    monitor.close();
    expect(mark.state).toEqual({ kind: 'counter', count: 7 });
  });
});
