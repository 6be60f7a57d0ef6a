import { describe, expect, it } from 'vitest';
import { parseExposition } from '#server/sources/parseExposition.ts';
import { parseInstances } from '#server/sources/services/parseInstances.ts';
import { calmState, recordEvents } from '#test/cache/metrics/recordEvents.ts';

const origin = {
  ...{ service: null, instance: null, version: null },
  ...{ atMs: 200_000, way: 'http' as const, address: 'http://shop:9100/metrics' },
};

function read(page: string) {
  return parseInstances(parseExposition(page).samples, origin);
}

describe('a page of our library', () => {
  it('tells of the instance, its breaker with thresholds, and its memory', async () => {
    const breaker = {
      ...calmState.breaker,
      ...({ state: 'open', enteredAtMs: 90_500, callCount: 40, failureRatio: 0.75 } as const),
      ...{ slowCallRatio: 0.25, notPermittedCount: 7 },
    };
    const recorded = recordEvents({ readState: () => ({ ...calmState, breaker }) });
    recorded.events.emit('shed', { pattern: 'a', reason: 'bulkhead' });
    recorded.events.emit('shed', { pattern: 'b', reason: 'surge' });
    recorded.events.emit('breaker', {
      ...{ from: 'closed', to: 'open', reason: 'failures', atMs: 90_500 },
      ...{ callCount: 40, failureRatio: 0.75, slowCallRatio: 0.25 },
    });
    expect(read(await recorded.metrics())).toEqual([
      {
        ...{ service: 'shop', instance: 'i1', version: '1', startedAtMs: 100_000 },
        ...{ atMs: 200_000, way: 'http', address: 'http://shop:9100/metrics' },
        breakers: [
          {
            ...{ name: 'shop', source: 'library', state: 'open', stateSinceMs: 90_500, callCount: 40 },
            ...{ failureRatio: 0.75, slowCallRatio: 0.25, notPermittedCount: 7, events: null },
            thresholds: { failureRatio: 0.5, slowCallRatio: null, minimumCallCount: 20 },
            transitions: [{ to: 'open', reason: 'failures', count: 1 }],
          },
        ],
        figures: {
          l1: { entryCount: 3, bytes: 1_200, maxEntries: 10_000, maxBytes: 64_000 },
          fallback: { entryCount: 0, bytes: 0, maxEntries: 1_000, maxBytes: 16_000 },
          ...{ loadsActiveCount: 2, loadsWaitingCount: 1 },
          ...{ shedCount: 2, staleServedCount: 0, coalescedCount: 0 },
        },
        invalidation: expect.objectContaining({ coherence: 'live' }),
      },
    ]);
  });

  it('leaves null what is off or was never called', async () => {
    const state = { ...calmState, memory: { l1: null, fallback: null } };
    const [instance] = read(await recordEvents({ readState: () => state }).metrics());
    expect(instance?.figures).toMatchObject({ l1: null, fallback: null });
    expect(instance?.breakers).toMatchObject([{ failureRatio: null, slowCallRatio: null, transitions: [] }]);
  });
});

describe('breakers of others', () => {
  it('of resilience4j: percents become ratios, and -1 is not known', () => {
    const [instance] = read(`
resilience4j_circuitbreaker_state{application="orders",name="redis",state="closed"} 0
resilience4j_circuitbreaker_state{application="orders",name="redis",state="open"} 1
resilience4j_circuitbreaker_state{application="orders",name="redis",state="half_open"} 0
resilience4j_circuitbreaker_state{application="orders",name="redis",state="forced_open"} 0
resilience4j_circuitbreaker_state{application="orders",name="redis",state="disabled"} 0
resilience4j_circuitbreaker_state{application="orders",name="redis",state="metrics_only"} 0
resilience4j_circuitbreaker_failure_rate{application="orders",name="redis"} 62.5
resilience4j_circuitbreaker_slow_call_rate{application="orders",name="redis"} -1
resilience4j_circuitbreaker_buffered_calls{name="redis",kind="successful"} 3
resilience4j_circuitbreaker_buffered_calls{name="redis",kind="failed"} 5
resilience4j_circuitbreaker_not_permitted_calls_total{name="redis",kind="not_permitted"} 12
`);
    expect(instance?.figures).toBeNull();
    expect(instance?.breakers).toEqual([
      {
        ...{ name: 'redis', source: 'resilience4j', state: 'open', stateSinceMs: null, callCount: 8 },
        ...{ failureRatio: 0.625, slowCallRatio: null, thresholds: null, notPermittedCount: 12 },
        ...{ transitions: null, events: null },
      },
    ]);
  });

  it.each([
    ['metrics_only', 'disabled'],
    ['forced_open', 'forcedOpen'],
  ])('of resilience4j: %s is %s', (word, state) => {
    const page = `resilience4j_circuitbreaker_state{name="a",state="${word}"} 1`;
    expect(read(page)[0]?.breakers[0]?.state).toBe(state);
  });

  it('of opossum: events in place of a state', () => {
    const [instance] = read(`
circuit{name="redisGet",event="fire"} 90
circuit{name="redisGet",event="success"} 60
circuit{name="redisGet",event="open"} 2
circuit{name="redisGet",event="close"} 1
circuit{name="redisGet",event="reject"} 20
circuit_perf{name="redisGet",event="success",quantile="0.5"} 3
`);
    expect(instance?.breakers).toMatchObject([
      {
        ...{ name: 'redisGet', source: 'opossum', state: null, notPermittedCount: 20 },
        events: { openedCount: 2, closedCount: 1, succeededCount: 60, rejectedCount: 20 },
      },
    ]);
  });

  it.each([
    ['cockatiel_circuit_state{name="redis"} 0', 'cockatiel', 'closed'],
    ['cockatiel_circuit_state{name="redis"} 1', 'cockatiel', 'open'],
    ['cockatiel_circuit_state{name="redis"} 2', 'cockatiel', 'halfOpen'],
    ['cockatiel_circuit_state{name="redis"} 3', 'cockatiel', 'forcedOpen'],
    ['breaker_state{name="redis",state="half-opened"} 1', 'mollitia', 'halfOpen'],
  ])('%s is one of %s that is %s', (line, source, state) => {
    expect(read(line)[0]?.breakers).toMatchObject([{ name: 'redis', source, state }]);
  });

  it('a state that no number stands for, or that two series claim, is not known', () => {
    expect(read('cockatiel_circuit_state{name="redis"} 0.5')).toEqual([]);
    const [instance] = read('breaker_state{state="closed"} 1\nbreaker_state{state="opened"} 1');
    expect(instance?.breakers).toMatchObject([{ source: 'mollitia', state: null }]);
  });

  it('stand beside ours on one page', async () => {
    const page = await recordEvents({ readState: () => calmState }).metrics();
    const [instance, ...others] = read(`${page}\ncircuit{name="mail",event="close"} 0\n`);
    expect(others).toEqual([]);
    expect(instance?.breakers.map(({ source, name }) => [source, name])).toEqual([
      ['library', 'shop'],
      ['opossum', 'mail'],
    ]);
  });
});

it('a page without breakers and without our library tells of nobody', () => {
  expect(read('http_requests_total 5\ncache_size{cache="a"} 3')).toEqual([]);
});
