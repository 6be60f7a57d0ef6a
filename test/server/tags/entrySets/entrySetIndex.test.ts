import { describe, expect, it } from 'vitest';
import { simple } from '#server/tags/layouts/simple.ts';
import { purgeBench } from '#test/support/jobs/purgeBench.ts';

const bench = purgeBench();

describe('the removal of members', () => {
  it('leaves a foreign value under the name of a reverse index alone', async () => {
    await bench.redis.client.set('p:1', 'v');
    await bench.redis.client.sadd('tag:a', 'p:1');
    await bench.redis.client.set('key-tags:p:1', 'not a set');
    const operator = await bench.openOperator();
    const index = await simple.open(operator, Buffer.from('tag:a'));
    const commands = await index?.prepareRemoval(operator, [Buffer.from('p:1')]);
    expect(commands?.cleanIndex.map(([name]) => name)).toEqual(['SREM']);
  });

  it('reads the tags of a key to the end, however many there are', async () => {
    const tags = Array.from({ length: 900 }, (_, index) => `t${index}`);
    await bench.redis.client.sadd('s:key-tags:s:p:1', ...tags);
    const operator = await bench.openOperator();
    await bench.redis.client.sadd('s:tag:t1', 's:p:1');
    const index = await simple.open(operator, Buffer.from('s:tag:t1'));
    const commands = await index?.prepareRemoval(operator, [Buffer.from('s:p:1')]);
    const left = (commands?.cleanIndex ?? [])
      .filter(([name]) => name === 'SREM')
      .map(([, key]) => String(key));
    expect(left.sort()).toEqual(tags.map((tag) => `s:tag:${tag}`).sort());
  });
});
