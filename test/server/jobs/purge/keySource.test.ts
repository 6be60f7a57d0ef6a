import { describe, expect, it, vi } from 'vitest';
import type { HeldPurge } from '#server/jobs/purge/heldPurge.ts';
import { type KeyBatch, openKeySource } from '#server/jobs/purge/keySource.ts';
import { removeValuesOnly } from '#server/jobs/purge/selections/plainRemoval.ts';
import type { Selection } from '#server/jobs/purge/selections/selection.ts';
import { unconditional } from '#server/jobs/purge/selections/selection.ts';
import { type RedisConnection, RedisFault } from '#server/redis/redisConnection.ts';
import type { ScanPage } from '#server/tags/parseReplies.ts';
import { purgePlan } from '#test/client/ui/purgePlan.ts';
import { SimulatedRedis, simulatedConnection } from '#test/support/jobs/simulatedRedis.ts';

const connection = (): RedisConnection => simulatedConnection(new SimulatedRedis());
const page = (names: readonly string[], cursor: string | null): ScanPage => ({
  cursor,
  elements: names.map((name) => Buffer.from(name)),
});

/** Two full pages with an empty one between, as a walk by a glob gives them. */
const walk: Readonly<Record<string, ScanPage>> = {
  '0': page(['a:1', 'a:2', 'a:3'], '7'),
  '7': page([], '9'),
  '9': page(['a:4'], null),
};

function heldOf(readKeys: Selection['readKeys'], more: Partial<Selection> = {}): HeldPurge {
  const selection: Selection = {
    words: 'of a:{id}',
    subject: 'pattern a:{id}',
    isEasilyTooWide: true,
    ...unconditional,
    readCount: async () => null,
    readKeys,
    ...removeValuesOnly,
    prepareShellCommands: () => [],
    ...more,
  };
  const plan = purgePlan({ keyCount: 4 });
  return { plan, selection, frozenKeys: null, patterns: new Set(['a:{id}']), runId: null };
}

const patternOf = vi.fn((key: string) => key.replace(/\d+/, '{id}'));
const namesOf = (batch: KeyBatch) => (batch.kind === 'keys' ? batch.keys.map(String) : batch.kind);

describe('a walk', () => {
  it('asks for the next page as soon as one is handed out, and for no more', async () => {
    const asked: string[] = [];
    const held = heldOf(async (_link, { cursor }) => {
      asked.push(cursor);
      return walk[cursor] ?? page([], null);
    });
    const source = openKeySource(held, patternOf);
    const link = connection();
    expect(namesOf(await source.next(link, 2))).toEqual(['a:1', 'a:2']);
    expect(asked).toEqual(['0', '7']);
    expect(namesOf(await source.next(link, 2))).toEqual(['a:3']);
    expect(asked).toEqual(['0', '7']);
    expect(namesOf(await source.next(link, 2))).toEqual(['a:4']);
    expect(namesOf(await source.next(link, 2))).toBe('ended');
    expect(asked).toEqual(['0', '7', '9']);
  });

  it('asks again, on the new connection, for what was asked ahead on one that is gone', async () => {
    const [first, second] = [connection(), connection()];
    const asked: (readonly [string, boolean])[] = [];
    const held = heldOf(async (link, { cursor }) => {
      asked.push([cursor, link === first]);
      if (cursor !== '0' && link === first) throw new RedisFault('unreachable', 'SCAN', 'gone');
      return walk[cursor] ?? page([], null);
    });
    const source = openKeySource(held, patternOf);
    expect(namesOf(await source.next(first, 3))).toEqual(['a:1', 'a:2', 'a:3']);
    expect(namesOf(await source.next(second, 3))).toEqual(['a:4']);
    expect(asked).toEqual([
      ['0', true],
      ['7', true],
      ['7', false],
      ['9', false],
    ]);
  });

  it('tells a page that failed ahead when its turn comes, and gives it when it is asked again', async () => {
    let failures = 1;
    const held = heldOf(async (_link, { cursor }) => {
      if (cursor === '7' && failures-- > 0) throw new RedisFault('timeout', 'SCAN', 'late');
      return walk[cursor] ?? page([], null);
    });
    const source = openKeySource(held, patternOf);
    const link = connection();
    expect(namesOf(await source.next(link, 3))).toEqual(['a:1', 'a:2', 'a:3']);
    await expect(source.next(link, 3)).rejects.toMatchObject({ kind: 'timeout' });
    expect(namesOf(await source.next(link, 3))).toEqual(['a:4']);
    expect(namesOf(await source.next(link, 3))).toBe('ended');
  });
});

it("a page that failed ahead and is never asked for is nobody's trouble", async () => {
  const held = heldOf(async (_link, { cursor }) => {
    if (cursor === '7') throw new RedisFault('unreachable', 'SCAN', 'closed');
    return walk[cursor] ?? page([], null);
  });
  expect(namesOf(await openKeySource(held, patternOf).next(connection(), 3))).toEqual(['a:1', 'a:2', 'a:3']);
  // Rejections that nobody handles are told after the turn, and fail the run.
  await new Promise((resolve) => setImmediate(resolve));
});

describe('a key of a pattern that the plan did not show', () => {
  const strangers: Selection['readKeys'] = async () => page(['a:1', 'b:1'], null);

  it('stops a rule', async () => {
    const batch = await openKeySource(heldOf(strangers), patternOf).next(connection(), 3);
    expect(batch).toMatchObject({ kind: 'left', text: expect.stringContaining('b:1') });
  });

  it('is not looked for twice where the selection gives keys of one pattern only, unless that is not the one shown', async () => {
    const one: Selection['readKeys'] = async () => page(['a:1'], null);
    patternOf.mockClear();
    const batch = await openKeySource(heldOf(one, { onlyPattern: 'a:{id}' }), patternOf).next(
      connection(),
      3,
    );
    expect(namesOf(batch)).toEqual(['a:1']);
    expect(patternOf).not.toHaveBeenCalled();
    const other = openKeySource(heldOf(strangers, { onlyPattern: 'b:{id}' }), patternOf);
    expect(await other.next(connection(), 3)).toMatchObject({ kind: 'left' });
  });
});
