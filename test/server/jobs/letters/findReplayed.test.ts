import { expect, it } from 'vitest';
import { findReplayed, publishedFields } from '#server/jobs/letters/findReplayed.ts';
import { type LetterEntry, parseLetterEntries } from '#server/sources/letters/parseLetter.ts';
import { DEFAULT_EVENT_STREAM } from '#shared/control/eventStreamKeys.ts';
import { purgeBench } from '#test/support/jobs/purgeBench.ts';
import { buryLetters, LETTERS } from '#test/support/letters/buryLetters.ts';

const bench = purgeBench();
const stream = DEFAULT_EVENT_STREAM;

/** Some letters, a connection, and the last event before anything was done to them. */
async function open(count: number) {
  const { client } = bench.redis;
  await buryLetters(client, count);
  const connection = await bench.openOperator();
  const letters = parseLetterEntries(await connection.send('XRANGE', LETTERS, '-', '+', 'COUNT', 100));
  const [[afterId = ''] = []] = await client.xrange(stream, '-', '+');
  const replay = (letter: LetterEntry | undefined) =>
    client.xadd(stream, '*', ...(letter === undefined ? [] : publishedFields(letter)));
  const publish = async (eventCount: number): Promise<void> => {
    const pipeline = client.pipeline();
    for (let at = 0; at < eventCount; at += 1) pipeline.xadd(stream, '*', 'id', `other${at}`);
    await pipeline.exec();
  };
  return { client, connection, letters, afterId, replay, publish };
}

it('finds the letters that are among the events again, over several pages, and not the others', async () => {
  const { connection, letters, afterId, replay, publish } = await open(3);
  await replay(letters[0]);
  await publish(150);
  await replay(letters[2]);
  expect([...((await findReplayed(connection, letters, { stream, afterId })) ?? [])]).toEqual([
    letters[0],
    letters[2],
  ]);
});

it('does not take an event from before for a replay', async () => {
  const { client, connection, letters, replay } = await open(1);
  await replay(letters[0]);
  const last = await client.xrevrange(stream, '+', '-', 'COUNT', 1);
  expect(await findReplayed(connection, letters, { stream, afterId: last[0]?.[0] ?? '' })).toEqual(new Set());
});

it('does not know when events behind the known one may have been trimmed, or too many were published', async () => {
  const { client, connection, letters, afterId, publish } = await open(1);
  await publish(5_100);
  expect(await findReplayed(connection, letters, { stream, afterId })).toBeNull();
  await client.xtrim(stream, 'MAXLEN', 10);
  expect(await findReplayed(connection, letters, { stream, afterId })).toBeNull();
});
