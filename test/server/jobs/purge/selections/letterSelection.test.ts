import { describe, expect, it } from 'vitest';
import { formatKey } from '#shared/keyText.ts';
import { guardedJobsHarness } from '#test/support/jobs/guardedJobsHarness.ts';
import { purgeBench } from '#test/support/jobs/purgeBench.ts';

const bench = purgeBench();
const LETTERS = 'shop:cachescope:dead-letters:invalidations';

function open() {
  return guardedJobsHarness(bench.openOperator, {
    prefixOf: (service) => (service === 'shop' ? 'shop:' : null),
  });
}

/** As the library buries it (cache/invalidate/retryQueue.ts). Returns the id. */
async function bury(kind: string, target: string | Buffer, more: readonly string[] = []): Promise<string> {
  const fields = ['kind', kind, 'target', target, 'source', 'tag', 'reason', 'refused', ...more];
  return String(await bench.redis.client.xadd(LETTERS, '*', ...fields));
}

const letter = (id: string, service = 'shop') => ({ by: 'letter', service, id }) as const;
const keysLeft = async () => (await bench.redis.client.keysBuffer('*')).map(formatKey).sort();

describe('the purge of what a dead invalidation names', () => {
  it('is of its key as bytes, and leaves the letter, which it says', async () => {
    const { client } = bench.redis;
    const key = Buffer.concat([Buffer.from('shop:k:'), Buffer.from('61fffe62', 'hex')]);
    await client.mset(key, 'v', 'shop:k:other', 'v');
    const id = await bury('key', key, ['mode', 'hard']);
    const { planOf, start, ended } = open();
    const made = await planOf(letter(id));
    expect(made).toMatchObject({
      ...{ keyCount: 1, subject: 'shop:k:a\\xff\\xfeb', method: { how: 'now' } },
      ...{ whyMethod: 'The service asked to have it removed.' },
      notes: [`The dead letter ${id} of shop stays in its list until it is dropped.`],
    });
    const job = await ended(await start(made));
    expect(job).toMatchObject({ state: 'completed', progress: { changedCount: 1 } });
    expect(job.outcome).toContain(`The dead letter ${id} of shop stays in its list until it is dropped.`);
    expect(await keysLeft()).toEqual([LETTERS, 'shop:k:other'].sort());
    await expect(planOf(letter(id))).rejects.toThrow(/exists any more.*stays in its list/);
  });

  it('is of the entries of its tag, whatever bytes the tag has', async () => {
    const { client } = bench.redis;
    const tag = Buffer.from('c1ff', 'hex');
    await client.mset('shop:a', 'v', 'shop:b', 'v', 'shop:c', 'v');
    await client.sadd(Buffer.concat([Buffer.from('shop:tag:'), tag]), 'shop:a', 'shop:b');
    const { planOf, start, ended } = open();
    const made = await planOf(letter(await bury('tag', tag, ['mode', 'hard'])));
    expect(made).toMatchObject({ keyCount: 2, subject: 'shop:tag:\\xc1\\xff' });
    await ended(await start(made));
    expect(await keysLeft()).toEqual([LETTERS, 'shop:c'].sort());
  });

  it('is of the keys of its pattern and no others, and never of what the library keeps', async () => {
    const { client } = bench.redis;
    const meant = ['shop:page:de:x', 'shop:page:fr:[x]'];
    const others = [
      'shop:page:de:a:b',
      'shop:page:x',
      'shop:tag:page:de:x',
      'shop:page:tag:y',
      'other:page:de:x',
    ];
    for (const key of [...meant, ...others]) await client.set(key, 'v');
    const { planOf, start, ended } = open();
    await ended(await start(await planOf(letter(await bury('pattern', 'shop:page:{*}:{*}')))));
    expect(await keysLeft()).toEqual([...others, LETTERS].sort());
  });

  it('finds the keys of a pattern that is longer than what Redis is asked with', async () => {
    const { client } = bench.redis;
    const long = `shop:${'x'.repeat(300)}`;
    await client.mset(`${long}:1`, 'v', `${long}y:1`, 'v');
    const { planOf } = open();
    expect(await planOf(letter(await bury('pattern', `${long}:*`)))).toMatchObject({
      sampleKeys: [`${long}:1`],
    });
  });

  it('marks entries as stale where the service asked for that, unless somebody wants it otherwise', async () => {
    const { client } = bench.redis;
    await client.set('shop:a', 'no entry of ours');
    const id = await bury('key', 'shop:a', ['mode', 'soft']);
    const { planOf } = open();
    await expect(planOf(letter(id))).rejects.toThrow(/only these can be marked as stale/);
    expect(await planOf(letter(id), { method: { how: 'now' } })).toMatchObject({ method: { how: 'now' } });
  });

  it('finds a key whose version was not known by the version of now', async () => {
    const { client } = bench.redis;
    await client.mset('shop:cachescope:version:assortment', '1700', 'shop:p:1:v1700', 'v');
    const id = await bury('key', 'shop:p:1:vunknown-assortment-00112233aabbccdd-4');
    const { planOf } = open();
    expect(await planOf(letter(id))).toMatchObject({ subject: 'shop:p:1:v1700', keyCount: 1 });
    await client.del('shop:cachescope:version:assortment');
    await expect(planOf(letter(id))).rejects.toMatchObject({ code: 'notFound' });
  });

  it('says of a namespace what to do instead, and of a kind that it does not know', async () => {
    const { planOf } = open();
    await expect(planOf(letter(await bury('version', 'assortment')))).rejects.toThrow(
      /namespace assortment.*invalidateNamespace.*drop the letter/,
    );
    await expect(planOf(letter(await bury('zone', 'x')))).rejects.toThrow(/kind "zone"/);
  });

  it('says of a tag that lists nothing, a letter that is gone and a service that nobody knows', async () => {
    const { planOf } = open();
    await expect(planOf(letter(await bury('tag', 'gone')))).rejects.toThrow(/tag gone.*drop the letter/);
    await expect(planOf(letter('1-1'))).rejects.toThrow(/letter is gone/);
    await expect(planOf(letter('1-1', 'elsewhere'))).rejects.toThrow(/No service elsewhere/);
  });
});
