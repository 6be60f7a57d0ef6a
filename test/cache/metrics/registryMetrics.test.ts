import { Counter, Registry } from 'prom-client';
import { describe, expect, it, vi } from 'vitest';
import { metricNames } from '#shared/metricNames.ts';
import { countOf } from '../startCache.ts';
import { calmState, recordEvents } from './recordEvents.ts';

const pattern = 'shop:product:{id}';

describe('two caches of one service in one registry', () => {
  it('are added up', async () => {
    const registry = new Registry();
    const one = recordEvents({ registry, readState: () => calmState });
    const two = recordEvents({ registry, readState: () => calmState });
    for (const { events } of [one, two, two]) {
      events.emit('lookup', { pattern, result: 'hit' });
      events.emit('loaded', { pattern, result: 'success', durationMs: 5 });
    }
    expect(await countOf(one, metricNames.gets, { result: 'hit' })).toBe(3);
    expect(await countOf(one, `${metricNames.loadDuration}_count`)).toBe(3);
    expect(await countOf(one, metricNames.size, { layer: 'l1' })).toBe(6);
    expect(await countOf(one, metricNames.info)).toBe(1);
  });

  it('have a breaker each', async () => {
    const registry = new Registry();
    const one = recordEvents({ registry, readState: () => calmState });
    recordEvents({
      registry,
      readState: () => ({ ...calmState, breaker: { ...calmState.breaker, state: 'open' } }),
    });
    expect(await countOf(one, metricNames.breakerState, { name: 'shop', state: 'open' })).toBe(0);
    expect(await countOf(one, metricNames.breakerState, { name: 'shop#2', state: 'open' })).toBe(1);
  });

  it('leave their counts when they end, and take their gauges with them', async () => {
    const registry = new Registry();
    const one = recordEvents({ registry, readState: () => calmState });
    const two = recordEvents({ registry, readState: () => calmState });
    one.events.emit('lookup', { pattern, result: 'hit' });
    one.recorder.end();
    one.events.emit('lookup', { pattern, result: 'hit' });
    two.events.emit('lookup', { pattern, result: 'hit' });
    expect(await countOf(two, metricNames.gets, { result: 'hit' })).toBe(2);
    expect(await countOf(two, metricNames.size, { layer: 'l1' })).toBe(3);
    two.recorder.end();
    expect(await countOf(two, metricNames.gets, { result: 'hit' })).toBe(2);
    expect(await countOf(two, metricNames.size)).toBe(0);
  });
});

describe('a registry', () => {
  it('that was cleared shows what is counted from then on', async () => {
    const registry = new Registry();
    recordEvents({ registry });
    registry.clear();
    const { events, metrics } = recordEvents({ registry });
    events.emit('lookup', { pattern, result: 'hit' });
    expect(await countOf({ metrics }, metricNames.gets, { result: 'hit' })).toBe(1);
  });

  it('in which other code has taken a name keeps that, tells so once, and shows the rest', async () => {
    const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
    const registry = new Registry();
    const theirs = new Counter({
      name: metricNames.gets,
      help: 'x',
      labelNames: ['result'],
      registers: [registry],
    });
    theirs.inc({ result: 'hit' }, 7);
    const recorded = recordEvents({ registry });
    recordEvents({ registry });
    recorded.events.emit('lookup', { pattern, result: 'hit' });
    recorded.events.emit('stored', { pattern, ttlSeconds: 1, tags: [] });
    expect(await countOf(recorded, metricNames.gets)).toBe(7);
    expect(await countOf(recorded, metricNames.puts)).toBe(1);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(String(warn.mock.calls[0]?.[0])).toContain(metricNames.gets);
  });

  it('counts on when its metrics are reset', async () => {
    const { events, registry, metrics } = recordEvents();
    events.emit('lookup', { pattern, result: 'hit' });
    await metrics();
    registry.resetMetrics();
    events.emit('lookup', { pattern, result: 'hit' });
    expect(await countOf({ metrics }, metricNames.gets, { result: 'hit' })).toBe(1);
  });
});
