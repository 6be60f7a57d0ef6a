import type { Look } from '#client/features/patterns/detail/look/prepareLook.ts';
import { known } from '#shared/reading.ts';
import { wilson } from '#shared/statistics.ts';
import { listNowMs } from '../../patternList.ts';

const share = wilson(6, 20) ?? { ratio: 0, low: 0, high: 0 };

/** A look at entries of our library under LRU. */
export function lookOf(more: Partial<Look> = {}): Look {
  const from = '100 keys of the sample';
  return {
    ...{ keyCount: 100, goneCount: 2, deniedCount: 0, lookupCount: 220, isTouching: false },
    formats: known(
      {
        sampledCount: 20,
        shares: [{ type: 'string', format: 'json', isLibraryEntry: true, count: 20 }],
        shapes: [{ hash: 'aaaa0000', fieldCount: 6, count: 20 }],
        unshapedCount: 0,
      },
      listNowMs,
      'first bytes of 20 values',
    ),
    neverRead: known(
      {
        ...{ basis: 'idleTime', neverReadCount: 6, judgedCount: 20, share },
        ...{ unknownAgeCount: 70, youngCount: 4, touchedCount: 0 },
      },
      listNowMs,
      from,
    ),
    idle: known({ sampledCount: 94, p50Ms: 120_000, p90Ms: 540_000 }, listNowMs, from),
    ttlAtSet: known(
      { sampledCount: 20, minMs: 580_000, p50Ms: 595_000, maxMs: 600_000, freshP50Ms: 300_000 },
      listNowMs,
      'headers of 20 entries',
    ),
    ...more,
  };
}
