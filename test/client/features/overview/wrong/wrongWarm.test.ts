import { expect, test } from 'vitest';
import { deriveFacts } from '#client/features/overview/overviewFacts.ts';
import { prepareWrong } from '#client/features/overview/wrong/prepareWrong.ts';
import { warmItems } from '#client/features/overview/wrong/wrongWarm.ts';
import { known, unknown } from '#shared/reading.ts';
import type { WarmProposal } from '#shared/services/warmProposal.ts';
import { makeOverview, makeStatus } from '../measuredHour.ts';

const proposal: WarmProposal = {
  ...{ service: 'catalog', prefix: 'catalog:', warmers: ['popular', 'top'], cause: 'restart', atMs: 0 },
  ...{ hitRatioBefore: known(0.95, 0, ''), hitRatioNow: known(0.4, 0, ''), perSecond: 40 },
};
const itemOf = (change: Partial<WarmProposal> = {}) =>
  warmItems(makeOverview({ warmProposals: [{ ...proposal, ...change }] }))[0];

test('a cold cache is told with its hit rates, why not all at once, and the way to a careful plan', () => {
  const item = itemOf();
  expect(item).toMatchObject({
    ...{ id: 'warm', severity: 'warning', subject: 'catalog' },
    next: { to: '/warming', search: { warmer: 'catalog: popular', rate: 40 } },
  });
  expect(item?.detail.replaceAll(/\s/g, ' ')).toBe(
    'catalog hits 40.0 % now, 95.0 % in the hour before. A warm-up by stages would fill it. Not all at once: the source has the misses of now to load.',
  );
});

test('what is not known is said to be, and where the source has no room no rate is offered', () => {
  expect(itemOf({ hitRatioNow: unknown('notEnoughData', 'Few.') })?.detail).toContain('is not known');
  expect(itemOf({ hitRatioBefore: unknown('notEnoughData', 'Few.') })?.detail).not.toContain('before');
  const full = itemOf({ perSecond: null });
  expect(full?.next).toMatchObject({ label: 'Open warming', to: '/warming', search: {} });
  expect(full?.detail).toContain('has no room for a warm-up now');
  expect(full?.detail).not.toContain('would fill it');
  expect(warmItems(makeOverview())).toEqual([]);
});

test('it stands in place of the restart that it comes from, and never while Redis is away', () => {
  const { span } = makeOverview();
  const overview = makeOverview({
    warmProposals: [proposal],
    marks: [{ atMs: span.toMs - 60_000, kind: 'restart', text: '' }],
  });
  const idsWith = (state: 'connected' | 'unreachable') => {
    const status = makeStatus({ connection: { state, sinceMs: 0, detail: '', lastReadAtMs: 1 } });
    const input = { overview, status, isLive: true };
    return prepareWrong(input, deriveFacts(input)).map(({ id }) => id);
  };
  expect(idsWith('connected')).toEqual(['warm']);
  expect(idsWith('unreachable')).not.toContain('warm');
});
