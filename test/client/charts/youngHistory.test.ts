import { describe, expect, it } from 'vitest';
import type { TimeChartModel } from '#client/charts/chartModel.ts';
import { cutChart, cutSeries, historyStart } from '#client/charts/youngHistory.ts';
import type { Series } from '#shared/series.ts';

const STEP_MS = 10_000;
const FROM_MS = 1_000_000;

/** `stepCount` steps of which those from `first` on are measured; -1 = none. */
function measuredFrom(first: number, stepCount = 360): Series {
  const values = Array.from({ length: stepCount }, (_, at) => (first >= 0 && at >= first ? 0 : null));
  return { fromMs: FROM_MS, stepMs: STEP_MS, values };
}

describe('historyStart', () => {
  it.each([
    ['a whole range is drawn whole', [0], 0, null],
    ['one that begins in the first half is', [180], 0, null],
    ['one that was never measured is', [-1], 0, null],
    ['one that begins in the second half begins a little earlier', [260], 252, 260],
    ['two minutes are the least that is drawn', [357], 348, 357],
    ['the first of all curves decides', [300, 260, -1], 252, 260],
    ['one old curve is enough to draw the whole range', [300, 20], 0, null],
    ['no curve at all begins nowhere', [], 0, null],
  ])('%s', (_claim, firsts, step, begins) => {
    const start = historyStart(firsts.map((first) => measuredFrom(first)));
    expect(start).toEqual({ step, beginsAtMs: begins === null ? null : FROM_MS + begins * STEP_MS });
  });

  it('takes a range that is short of steps whole', () => {
    expect(historyStart([measuredFrom(9, 12)])).toEqual({ step: 0, beginsAtMs: null });
  });

  it('calls a history with a past an old one with a gap', () => {
    expect(historyStart([measuredFrom(300)], [measuredFrom(10)]).step).toBe(0);
    expect(historyStart([measuredFrom(300)], [measuredFrom(-1)]).step).toBe(295);
  });
});

describe('cutting', () => {
  const start = { step: 2, beginsAtMs: null };

  it('moves the beginning of a series with its values', () => {
    const series = { fromMs: FROM_MS, stepMs: STEP_MS, values: [1, 2, 3, null] };
    expect(cutSeries(series, start)).toEqual({
      fromMs: FROM_MS + 2 * STEP_MS,
      stepMs: STEP_MS,
      values: [3, null],
    });
  });

  it('cuts every line of a chart alike', () => {
    const line = (values: readonly number[]) => ({ label: `${values}`, colour: 'blue' as const, values });
    const chart: TimeChartModel = {
      title: 'Hits',
      summary: '',
      fromMs: FROM_MS,
      stepMs: STEP_MS,
      stepCount: 4,
      series: [line([1, 2, 3, 4]), line([5, 6, 7, 8])],
      before: line([9, 9, 9, 0]),
    };
    const cut = cutChart(chart, start);
    expect([...cut.series, cut.before].map((series) => series?.values)).toEqual([
      [3, 4],
      [7, 8],
      [9, 0],
    ]);
    expect(cut).toMatchObject({ fromMs: FROM_MS + 2 * STEP_MS, stepCount: 2 });
  });
});
