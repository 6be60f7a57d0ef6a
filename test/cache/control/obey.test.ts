import { expect, it, vi } from 'vitest';
import { CacheError } from '#cache/cacheError.ts';
import { type ControlActions, obey, type Said } from '#cache/control/obey.ts';
import { CacheEvents } from '#cache/metrics/cacheEvents.ts';
import type { ControlCommand } from '#shared/control/controlCommand.ts';
import type { WarmPreview } from '#shared/control/warmPreview.ts';

const preview: WarmPreview = {
  ...{ entryCount: 3, isCut: false, patterns: [{ pattern: 'shop:product:{id}', count: 3 }] },
  ...{ sampledCount: 3, freshCount: 1, perSecond: 50, concurrency: 4, stages: [0.5, 1], jitterRatio: 0 },
};

/** What is said to a command when its action is this one. */
async function answers(command: ControlCommand, action: Partial<ControlActions>): Promise<readonly Said[]> {
  const said: Said[] = [];
  const never = vi.fn(() => {
    throw new Error('not asked for');
  });
  await obey(command, {
    events: new CacheEvents(),
    actions: {
      ...{
        warm: never,
        cancelWarm: never,
        preview: never,
        forceBreaker: never,
        verifyKey: never,
        snapshot: never,
      },
      ...action,
    },
    signal: new AbortController().signal,
    say: async (one) => void said.push(one),
  });
  return said;
}

it('takes a wish to see what a warmer would do, and answers with it', async () => {
  const asked = vi.fn(async () => preview);
  expect(await answers({ kind: 'warm.preview', warmer: 'top' }, { preview: asked })).toEqual([
    { state: 'accepted', reason: '', text: '' },
    { state: 'done', reason: '', text: '', preview },
  ]);
  expect(asked).toHaveBeenCalledExactlyOnceWith('top');
});

it.each([
  ['its code', new CacheError('unknownWarmer', 'No warmer "top" is declared.'), 'unknownWarmer'],
  ['words of its own', new Error('no database'), 'wentWrong'],
])('says of what went wrong with %s', async (_, error, reason) => {
  const failing = async () => {
    throw error;
  };
  const said = await answers({ kind: 'warm.preview', warmer: 'top' }, { preview: failing });
  expect(said.at(-1)).toEqual({ state: 'failed', reason, text: error.message });
});

it('tells the age of an entry that was compared, and whether it is past its life', async () => {
  const compared = async () => ({
    ...({ state: 'drifted', ageMs: 12_300, isFresh: false } as const),
    reason: 'The source gives something else, twice',
  });
  const said = await answers({ kind: 'entry.verify', key: 'shop:product:7' }, { verifyKey: compared });
  expect(said.at(-1)).toEqual({
    ...{ state: 'done', reason: 'drifted' },
    text: 'The source gives something else, twice. Stored 12 s ago, past its life.',
  });
});
