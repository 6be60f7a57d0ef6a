import { expect, test } from 'vitest';
import { deriveFacts, type Overview, type Status } from '#client/features/overview/overviewFacts.ts';
import { prepareCharts } from '#client/features/overview/prepareCharts.ts';
import { prepareDifferent } from '#client/features/overview/prepareDifferent.ts';
import { prepareTiles } from '#client/features/overview/prepareTiles.ts';
import { makeOverview, makeStatus, steady, trafficOf } from './measuredHour.ts';

function tiles(overview: Partial<Overview> = {}, status: Partial<Status> = {}) {
  const input = { overview: makeOverview(overview), status: makeStatus(status), isLive: true };
  return prepareTiles(input, deriveFacts(input));
}

test('each tile has its value, what it was before, and where it comes from', () => {
  expect(tiles().map(({ value, before }) => [value, before])).toEqual([
    ['10.0', '10.0 before'],
    ['90.0', '90.0 before'],
    ['90.0', '90.0 before'],
    ['10.0', '10.0 before'],
    ['0', '0 before'],
  ]);
  expect(tiles().every(({ from, severity }) => from !== '' && severity === undefined)).toBe(true);
});

test('without metrics of services the misses are those of Redis, and the source load is unknown with its reason', () => {
  const none = trafficOf(steady(null), steady(null));
  const reason = {
    state: 'unknown',
    reason: 'notConfigured',
    detail: 'No metrics address is given.',
  } as const;
  const [load, services, , misses] = tiles(
    { traffic: none, trafficBefore: none },
    { serviceLookups: reason },
  );
  expect(load).toMatchObject({ value: null, why: 'No metrics address is given.' });
  expect(services?.value).toBeNull();
  expect(misses).toMatchObject({ label: 'Misses, Redis', value: '10.0' });
});

test('evictions are a warning, never calm', () => {
  const node = { ...makeOverview().node, evicted: steady(0, 50) };
  expect(tiles({ node }).at(-1)).toMatchObject({ value: '5.00', severity: 'warning' });
});

test('evictions that are not known say why: too few readings, or no Redis', () => {
  const overview = { node: { ...makeOverview().node, evicted: steady(null) }, nodeBefore: null };
  const whyWith = (state: 'connected' | 'unreachable') =>
    tiles(overview, { connection: { state, sinceMs: 0, detail: '', lastReadAtMs: 1 } }).at(-1)?.why;
  expect(whyWith('connected')).toContain('Two readings');
  expect(whyWith('unreachable')).toBe('Redis does not answer, so INFO cannot be read.');
});

test('a young history begins at one moment in all curves and charts, and the page says when', () => {
  const late = (count: number) => steady(null, count);
  const { node } = makeOverview();
  const young: Partial<Overview> = {
    traffic: trafficOf(late(90), late(10)),
    trafficBefore: null,
    node: { ...node, hits: late(900), misses: late(100), expired: late(1), usedMemoryBytes: late(1) },
    nodeBefore: null,
    loadsByPattern: [{ pattern: 'product:{id}', loads: late(100) }],
  };
  const overview = makeOverview(young);
  expect(tiles(young).map(({ spark }) => spark.values.length)).toEqual([12, 12, 12, 12, 12]);
  const { hitRate, load, leaving, beginsAtMs } = prepareCharts(overview, false);
  expect([hitRate, load, leaving].map((chart) => chart?.stepCount)).toEqual([12, 12, 12]);
  expect(new Set([hitRate.fromMs, load?.fromMs, leaving.fromMs]).size).toBe(1);
  expect(beginsAtMs).toBe(overview.span.toMs - 60_000);
});

test('a service that was added to an old history does not move its axis', () => {
  const late = trafficOf(steady(null, 90), steady(null, 10));
  const { hitRate, beginsAtMs } = prepareCharts(makeOverview({ traffic: late, trafficBefore: null }), false);
  expect(hitRate.stepCount).toBe(30);
  expect(beginsAtMs).toBeNull();
});

test('the chart of source loads is unknown, not empty, when no loads were measured', () => {
  expect(prepareCharts(makeOverview({ loadsByPattern: [] }), false).load).toBeNull();
});

test('a worse hit rate is drawn in the colour of its tile', () => {
  const colours = [false, true].map(
    (isWorse) => prepareCharts(makeOverview(), isWorse).hitRate.series.at(-1)?.colour,
  );
  expect(colours).toEqual(['blue', 'verm']);
});

test('what is different says why it is empty', () => {
  expect(prepareDifferent(makeOverview(), 'none').empty).toContain('Nothing is compared');
  expect(prepareDifferent(makeOverview(), 'before').empty).toContain('Nothing was measured yet');
  const { span } = makeOverview();
  const over = { fromMs: span.toMs - 120_000, toMs: span.toMs };
  const calm = makeOverview({ different: { patterns: [], over, against: 'thisSpan' } });
  expect(prepareDifferent(calm, 'before')).toMatchObject({
    empty: 'No pattern misses more or less than before.',
    note: 'misses/s, last 2\u202fmin vs earlier in this span',
  });
});
