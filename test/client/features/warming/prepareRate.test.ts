import { describe, expect, it } from 'vitest';
import {
  carefulRate,
  describeSpan,
  parseRate,
  prepareScale,
  sliderMax,
} from '#client/features/warming/prepareRate.ts';

const source = { currentPerSecond: 100, capacityPerSecond: 500, safePerSecond: 400 };
const plain = (text: string | undefined) => text?.replaceAll(/\s/g, ' ');

it.each([
  ['', { state: 'own' }],
  [' 80 ', { state: 'given', perSecond: 80 }],
  ['0.5', { state: 'given', perSecond: 0.5 }],
  ['0', { state: 'wrong' }],
  ['-3', { state: 'wrong' }],
  ['100001', { state: 'wrong' }],
  ['many', { state: 'wrong' }],
] as const)('a rate typed as %j is read as it is', (text, rate) => {
  expect(parseRate(text)).toMatchObject(rate);
});

describe('the scale of the source', () => {
  it('shows what it loads now and with the rate, of what it stands', () => {
    const scale = prepareScale(source, 200);
    expect(scale).toMatchObject({ currentRatio: 0.2, totalRatio: 0.6, safeRatio: 0.8, isSafe: true });
    expect(plain(scale?.text)).toBe(
      'The source loads 100/s now. With this rate 300/s, 60 % of the 500/s that it stands.',
    );
  });

  it('says what would do where the rate is more than is safe, or that nothing would', () => {
    expect(prepareScale(source, 301)).toMatchObject({
      ...{ isSafe: false, text: expect.stringContaining('At most 300 a second would do.') },
    });
    expect(prepareScale({ ...source, currentPerSecond: 450 }, 1)).toMatchObject({
      ...{ isSafe: false, text: expect.stringContaining('no room for a warm-up now') },
    });
    expect(prepareScale(source, 5_000)?.totalRatio).toBe(1);
  });

  it('is not known where nobody says what it stands, and has no present where that is not known', () => {
    expect(prepareScale({ ...source, capacityPerSecond: null, safePerSecond: null }, 1)).toBeNull();
    expect(prepareScale({ ...source, currentPerSecond: null }, 100)).toMatchObject({
      ...{ currentRatio: null, totalRatio: 0.2, text: expect.stringContaining('is not known') },
    });
  });
});

it('the slider reaches what the source stands besides what it loads now', () => {
  expect(sliderMax(source)).toBe(400);
  expect(sliderMax({ ...source, currentPerSecond: 900 })).toBe(1);
  expect(sliderMax({ ...source, capacityPerSecond: null })).toBe(200);
});

it('the rate that is offered is half of the room, and none without room or limit', () => {
  expect(carefulRate(source)).toBe(150);
  expect(carefulRate({ ...source, currentPerSecond: 399 })).toBeNull();
  expect(carefulRate({ ...source, safePerSecond: null })).toBeNull();
});

it('how long a list takes is by its last run, or not known before the plan', () => {
  expect(plain(describeSpan(6_000, 100))).toBe(
    'The 6,000 entries of its last run take 1 min if none is fresh.',
  );
  expect(describeSpan(null, 100)).toContain('told by the plan');
});
