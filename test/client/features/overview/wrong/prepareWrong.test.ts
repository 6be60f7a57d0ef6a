import { expect, test } from 'vitest';
import { deriveFacts, type Overview, type Status } from '#client/features/overview/overviewFacts.ts';
import { prepareWrong } from '#client/features/overview/wrong/prepareWrong.ts';
import { known } from '#shared/reading.ts';
import { metricsSource } from '#test/support/metrics/metricsSource.ts';
import { makeNode, makeOverview, makeStatus, steady, trafficOf } from '../measuredHour.ts';

function wrong(overview: Partial<Overview> = {}, status: Partial<Status> = {}, isLive = true) {
  const input = { overview: makeOverview(overview), status: makeStatus(status), isLive };
  return prepareWrong(input, deriveFacts(input));
}

const ids = (items: readonly { id: string }[]) => items.map(({ id }) => id);
const lookups = (hits: number, misses: number) => known({ hits, misses, windowMs: 60_000 }, 0, 'metrics');

function compared(patterns: NonNullable<Overview['different']>['patterns']): Overview['different'] {
  const { span } = makeOverview();
  return { patterns, over: { fromMs: span.toMs - 120_000, toMs: span.toMs }, against: 'thisSpan' };
}

test('nothing is wrong when all is as before', () => {
  expect(wrong()).toEqual([]);
});

test('a cache that is merely full is not wrong', () => {
  const full = { usedMemoryBytes: 104_857_600, maxMemoryBytes: 104_857_600 };
  expect(wrong({}, { nodes: [makeNode(full)] })).toEqual([]);
});

test('an unreachable Redis stands first and is critical', () => {
  const connection = { state: 'unreachable', sinceMs: 0, detail: 'Refused.', lastReadAtMs: 1 } as const;
  const [first] = wrong({}, { connection, nodes: [makeNode({}, { rejectedConnectionsPerSecond: 3 })] });
  expect(first).toMatchObject({ id: 'connection', severity: 'critical' });
});

test.each(['restart', 'failover', 'emptied'] as const)(
  'a %s of the last minutes is told, because it explains the misses',
  (kind) => {
    const { span } = makeOverview();
    const text = 'Redis did it; 500 keys before, 3 after';
    const ago = (agoMs: number) => ({ marks: [{ atMs: span.toMs - agoMs, kind, text }] });
    const [item] = wrong(ago(60_000));
    expect(item).toMatchObject({ id: kind, title: expect.stringMatching(/^Redis did it at \d/) });
    expect(item?.detail).toMatch(/^500 keys before, 3 after\. /);
    expect(ids(wrong(ago(11 * 60_000)))).toEqual([]);
  },
);

test('a fall that only Redis shows is told as that of Redis', () => {
  const [item] = wrong({}, { lookups: lookups(3_000, 3_000) });
  expect(item?.title).toContain('at Redis fell');
});

test('a fallen hit rate says from where to where, and what it costs', () => {
  const items = wrong(
    { traffic: trafficOf(steady(900, 600), steady(100, 400)) },
    { serviceLookups: lookups(3_600, 2_400) },
  );
  expect(items[0]).toMatchObject({
    id: 'hitRate',
    severity: 'critical',
    title: 'Hit rate of the services fell from 90.0\u202f% to 60.0\u202f%',
    impact: { value: '+30.0/s', unit: 'misses' },
  });
});

test('too few look-ups are no reason to call a hit rate fallen', () => {
  expect(ids(wrong({}, { serviceLookups: lookups(50, 50) }))).toEqual([]);
});

test('where the span before was not measured, the median of this span is what is usual', () => {
  const items = wrong(
    { trafficBefore: null, nodeBefore: null, traffic: trafficOf(steady(900, 600), steady(100, 400)) },
    { serviceLookups: lookups(3_600, 2_400) },
  );
  expect(items[0]?.id).toBe('hitRate');
  expect(items[0]?.detail).toContain('usual in this span');
});

test('a new pattern that is loaded a lot is named before there is anything to compare with', () => {
  const items = wrong({ loadsByPattern: [{ pattern: 'product:{locale}:{id}', loads: steady(null, 300) }] });
  expect(items[0]).toMatchObject({ subject: 'product:{locale}:{id}', impact: { value: '+30.0/s' } });
});

test('a history too young to know what is usual names no pattern', () => {
  const young = trafficOf(steady(null, 900), steady(null, 100));
  expect(wrong({ traffic: young, loadsByPattern: [{ pattern: 'a', loads: steady(null, 300) }] })).toEqual([]);
});

test('of the patterns that lost hits, the two that cost most are named', () => {
  const entry = (pattern: string, extra: number) => ({
    pattern,
    hitRatio: 0.3,
    hitRatioBefore: 0.9,
    lookupsPerSecond: 1_000,
    lookupsPerSecondBefore: 1_000,
    missesPerSecond: extra,
    missesPerSecondBefore: 0,
    extraMissesPerSecond: extra,
  });
  const items = wrong({ different: compared([entry('a', 900), entry('b', 80), entry('c', 70)]) });
  expect(items.map(({ subject }) => subject)).toEqual(['a', 'b']);
});

test('a pattern under a new name is told by both of its names', () => {
  const renamed = [
    {
      pattern: 'product:{locale}:{id}',
      hitRatio: 0.45,
      hitRatioBefore: null,
      lookupsPerSecond: 100,
      lookupsPerSecondBefore: 0,
      missesPerSecond: 55,
      missesPerSecondBefore: 0,
      extraMissesPerSecond: 55,
    },
    {
      pattern: 'product:{id}',
      hitRatio: null,
      hitRatioBefore: 0.88,
      lookupsPerSecond: 0,
      lookupsPerSecondBefore: 170,
      missesPerSecond: 0,
      missesPerSecondBefore: 20,
      extraMissesPerSecond: -20,
    },
  ];
  const items = wrong({ different: compared(renamed) });
  expect(items.map(({ title, subject }) => `${title} ${subject}`)).toEqual([
    'New pattern that misses: product:{locale}:{id}',
    'Not looked up any more: product:{id}',
  ]);
  expect(items[1]?.detail).toBe('0/s look-ups in the last 2\u202fmin, 170/s earlier in this span.');
});

test.each([
  ['a cache that hardly hits is told although it was never better', 120, 5_880, ['hitRateLow']],
  ['a low rate that is still of use is not', 900, 5_100, []],
  ['a handful of look-ups is not', 0, 30, []],
])('%s', (_claim, hits, misses, expected) => {
  const overview = { traffic: trafficOf(steady(null), steady(null)), trafficBefore: null, nodeBefore: null };
  const node = { ...makeOverview().node, hits: steady(null), misses: steady(null) };
  const none = { state: 'unknown', reason: 'notConfigured', detail: '' } as const;
  const items = wrong({ ...overview, node }, { serviceLookups: none, lookups: lookups(hits, misses) });
  expect(ids(items)).toEqual(expected);
});

test('what a fall costs is counted at the traffic of now, so that fewer look-ups do not hide it', () => {
  const half = trafficOf(steady(900, 200), steady(100, 100));
  const [item] = wrong({ traffic: half }, { serviceLookups: lookups(1_200, 600) });
  expect(item).toMatchObject({ id: 'hitRate', impact: { value: '+7.00/s', unit: 'misses' } });
});

test('while Redis is away no pattern is named: all of them miss', () => {
  const lost = {
    pattern: 'product:{id}',
    hitRatio: 0,
    hitRatioBefore: 0.9,
    lookupsPerSecond: 100,
    lookupsPerSecondBefore: 100,
    missesPerSecond: 100,
    missesPerSecondBefore: 10,
    extraMissesPerSecond: 90,
  };
  const connection = { state: 'unreachable', sinceMs: 0, detail: '', lastReadAtMs: 1 } as const;
  expect(ids(wrong({ different: compared([lost]) }, { connection }))).toEqual(['connection']);
  expect(ids(wrong({ different: compared([lost]) }))).toEqual(['pattern product:{id}']);
});

test('an outage that has just ended is named beside the misses that it left', () => {
  const { span } = makeOverview();
  const mark = (agoMs: number) => [{ atMs: span.toMs - agoMs, kind: 'outage' as const, text: 'No answer.' }];
  const away = { state: 'unreachable', sinceMs: 0, detail: '', lastReadAtMs: 1 } as const;
  expect(ids(wrong({ marks: mark(60_000) }))).toEqual(['outage']);
  expect(ids(wrong({ marks: mark(700_000) }))).toEqual([]);
  expect(ids(wrong({ marks: mark(60_000) }, { connection: away }))).toEqual(['connection']);
});

test('before Redis has answered nothing is called usual', () => {
  const connection = { state: 'connecting', sinceMs: 0, detail: '', lastReadAtMs: null } as const;
  expect(ids(wrong({}, { connection }))).toEqual(['connection']);
});

test('a pattern that lost hits but misses hardly more is not named', () => {
  const rare = {
    pattern: 'rare',
    hitRatio: 0,
    hitRatioBefore: 1,
    lookupsPerSecond: 0.1,
    lookupsPerSecondBefore: 0.1,
    missesPerSecond: 0.1,
    missesPerSecondBefore: 0,
    extraMissesPerSecond: 0.1,
  };
  expect(wrong({ different: compared([rare]) })).toEqual([]);
});

test.each<[string, Partial<Overview>, Partial<Status>]>([
  ['rejected 127.0.0.1:6379', {}, { nodes: [makeNode({}, { rejectedConnectionsPerSecond: 2 })] }],
  ['save 127.0.0.1:6379', {}, { nodes: [makeNode({ lastSaveFailed: true })] }],
  [
    'full 127.0.0.1:6379',
    {},
    { nodes: [makeNode({ evictionPolicy: 'noeviction', usedMemoryBytes: 100, maxMemoryBytes: 100 })] },
  ],
  [
    'metrics http://a/metrics',
    {},
    {
      metricsSources: [
        metricsSource({ url: 'http://a/metrics', state: 'down', service: 'catalog', detail: 'Refused.' }),
      ],
    },
  ],
  ['evictions', { node: { ...makeOverview().node, evicted: steady(0, 50) } }, {}],
  ['sourceLoad', { traffic: { ...makeOverview().traffic, loads: steady(100, 400) } }, {}],
])('%s is told', (id, overview, status) => {
  expect(ids(wrong(overview, status))).toContain(id);
});

test('what cannot be known is not called wrong', () => {
  const gone = { state: 'unknown', reason: 'failed', detail: '' } as const;
  const empty = { ...makeOverview().node, evicted: steady(null) };
  expect(
    wrong(
      { node: empty, trafficBefore: null, nodeBefore: null },
      { lookups: gone, serviceLookups: gone, nodes: [] },
    ),
  ).toEqual([]);
});

test('what befell Redis stands before what may follow from it, and the rest by how bad it is', () => {
  const { span } = makeOverview();
  const items = wrong(
    {
      traffic: trafficOf(steady(900, 600), steady(100, 400)),
      marks: [{ atMs: span.toMs - 60_000, kind: 'restart', text: 'Redis was restarted; 500 keys before' }],
    },
    { serviceLookups: lookups(3_600, 2_400) },
  );
  expect(items.map(({ id, severity }) => [id, severity]).slice(0, 2)).toEqual([
    ['restart', 'warning'],
    ['hitRate', 'critical'],
  ]);
});

test('of many invalidations that are lost, two stand among the rest and the others behind it', () => {
  const lostInvalidations = ['a', 'b', 'c', 'd'].map((id) => ({
    ...({ id, rule: 'R18', severity: 'critical', text: id, meaning: '', sinceMs: null } as const),
  }));
  const nodes = [makeNode({ lastSaveFailed: true })];
  expect(ids(wrong({ lostInvalidations }, { nodes })).map((id) => id.split(' ')[0])).toEqual([
    ...['invalidation', 'invalidation', expect.not.stringContaining('invalidation')],
    ...['invalidation', 'invalidation'],
  ]);
});

test('all of them, the critical ones first', () => {
  const nodes = Array.from({ length: 8 }, (_, index) => ({
    ...makeNode({ lastSaveFailed: true }, { rejectedConnectionsPerSecond: index === 7 ? 1 : 0 }),
    id: `node-${index}`,
  }));
  const items = wrong({}, { nodes });
  expect(items.length).toBeGreaterThan(8);
  expect(items[0]?.severity).toBe('critical');
});

test('a span in the past does not tell of the state of now', () => {
  const connection = { state: 'unreachable', sinceMs: 0, detail: '', lastReadAtMs: 1 } as const;
  expect(wrong({}, { connection }, false)).toEqual([]);
});
