import { describe, expect, it } from 'vitest';
import { prepareInvalidationCharts } from '#client/features/invalidation/prepareInvalidationCharts.ts';
import { answerOf, seriesWith } from './answers.ts';

function chartsOf(...given: Parameters<typeof seriesWith>) {
  return prepareInvalidationCharts(answerOf([], { series: seriesWith(...given) }));
}

describe('prepareInvalidationCharts', () => {
  it('stacks the sources that asked for any, per second', () => {
    const { rates } = chartsOf({ tag: [20, 10], pattern: [0, 5] });
    expect(rates.series.map(({ label, values }) => [label, values.slice(0, 2)])).toEqual([
      ['tag', [2, 1]],
      ['pattern', [0, 0.5]],
    ]);
    expect(rates.summary).toContain('most by tag');
    expect(chartsOf().rates.summary).toContain('Nothing was invalidated');
  });

  it('mirrors what was received below what was due', () => {
    const { messages } = chartsOf({ due: [10], received: [40] });
    expect(messages.series).toMatchObject([
      { label: 'due', values: expect.arrayContaining([1]) },
      { label: 'received', isBelow: true, values: expect.arrayContaining([4]) },
    ]);
  });

  it('marks the steps in which something was lost, and none where nobody counts', () => {
    const { gaps } = chartsOf({ missed: [0, 3, null], lost: [0, 0, 0, 1] });
    expect(gaps.map(({ atMs, text }) => [atMs, text])).toEqual([
      [10_000, '3 messages missed'],
      [30_000, '1 event lost'],
    ]);
  });

  it('draws percentiles of lags where buckets are told, in ms', () => {
    const buckets = [[0], [0], [0], [10]];
    const { lag, isLagMean } = chartsOf({ lagCount: [10], lagMs: [300] }, buckets);
    expect(isLagMean).toBe(false);
    expect(lag.series.map(({ label, values }) => [label, values[0], values[1]])).toEqual([
      ['p50', 30, null],
      ['p95', 48, null],
    ]);
  });

  it('draws the mean where only that is told', () => {
    const untold = Array.from({ length: 13 }, () => [null]);
    const { lag, isLagMean } = chartsOf({ lagCount: [10], lagMs: [300] }, untold);
    expect(isLagMean).toBe(true);
    expect(lag.series).toMatchObject([{ label: 'mean' }]);
    expect(lag.series[0]?.values.slice(0, 2)).toEqual([30, null]);
  });
});
