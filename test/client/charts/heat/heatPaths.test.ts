import { expect, it } from 'vitest';
import { heatPaths } from '#client/charts/heat/heatPaths.ts';

it('draws the cells of one colour as one path, and leaves open what is not known', () => {
  expect(heatPaths([0, null, -1, 0, 1])).toEqual([
    { level: -4, d: 'M2 0h1v1h-1z' },
    { level: 0, d: 'M0 0h1v1h-1zM3 0h1v1h-1z' },
    { level: 4, d: 'M4 0h1v1h-1z' },
  ]);
});

it('gives what lies beyond the scale its last colour', () => {
  expect(heatPaths([-7, 9]).map(({ level }) => level)).toEqual([-4, 4]);
});

it('draws nothing of a row that is not known at all', () => {
  expect(heatPaths([null, null])).toEqual([]);
});
