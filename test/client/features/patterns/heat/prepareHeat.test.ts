import { expect, it } from 'vitest';
import {
  type HeatData,
  heatRowText,
  heatStrength,
  heatSummary,
  heatText,
  isHeatKnown,
} from '#client/features/patterns/heat/prepareHeat.ts';

const plain = (text: string) => text.replaceAll('\u202f', ' ');
const map: HeatData = {
  fromMs: Date.UTC(2026, 2, 2),
  stepMs: 3_600_000,
  patternCount: 12,
  rows: [
    {
      pattern: 'product:{id}',
      lookupCount: 3_000,
      hitRatios: [0.9, 0.5, null, 0.7],
      deviations: [0, -0.4, null, null],
    },
    { pattern: 'price:{id}', lookupCount: 900, hitRatios: [0.5, 0.6, 0.5], deviations: [0, 0.1, 0] },
  ],
};

it('says of a cell when it was, its rate, and the usual one', () => {
  expect(plain(heatText(map, 0, 1))).toMatch(
    /^product:\{id\}, 2 Mar 2026.*: 50\.0 %, −40\.0 pp from the usual 90\.0 %$/,
  );
  expect(heatText(map, 0, 2)).toMatch(/not measured, or too few look-ups$/);
  expect(plain(heatText(map, 0, 3))).toMatch(/70\.0 %; what is usual then is not known$/);
});

it('says of a row and of the map where they were lowest', () => {
  expect(plain(heatRowText(map, 0))).toMatch(/^Lowest of product.*50\.0 %/);
  expect(heatRowText(map, 1)).toBe('price:{id}: never below the usual');
  expect(heatSummary(map)).toMatch(/^2 of 12 patterns, most look-ups first; lowest: product/);
  expect(heatSummary({ ...map, rows: map.rows.slice(1) })).toMatch(/no hour was below the usual/);
});

it('reaches the full colour at 25 points, and stays within it', () => {
  expect([0, -0.125, -0.25, -0.9, 0.5].map(heatStrength)).toEqual([0, -0.5, -1, -1, 1]);
});

it('is known from one hour on that can be compared', () => {
  expect(isHeatKnown(map)).toBe(true);
  const rows = map.rows.map((row) => ({ ...row, deviations: row.deviations.map(() => null) }));
  expect(isHeatKnown({ ...map, rows })).toBe(false);
});
