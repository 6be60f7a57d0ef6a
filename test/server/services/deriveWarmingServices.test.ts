import { describe, expect, it } from 'vitest';
import { deriveWarmingServices } from '#server/services/deriveWarmingServices.ts';
import type { AnnouncedInstance } from '#server/sources/announced/announcedInstances.ts';
import type { AnnouncedWarmer, InstanceSnapshot } from '#shared/control/instanceSnapshot.ts';
import type { ServiceInstance } from '#shared/services/serviceInstance.ts';

function instance(
  name: string,
  snapshot: Partial<InstanceSnapshot> = {},
  change: Partial<AnnouncedInstance> = {},
): AnnouncedInstance {
  const read: InstanceSnapshot = {
    ...{ v: 1, service: 'shop', instance: name, version: '1', startedAtMs: 0, atMs: 1_000 },
    ...{ patterns: [], counts: [], lags: [], warmers: [ran('idle', null)], everyMs: 5_000, state: null },
    ...{ metricsUrl: null, takesCommands: true, controlUrl: null },
    ...snapshot,
  };
  return {
    ...{ prefix: `${read.service}:`, key: name, name, seenAtMs: 1_000, readAtMs: 1_000, isAlive: true },
    ...{ snapshot: read, lastSnapshot: read },
    ...change,
  };
}

function ran(state: AnnouncedWarmer['state'], atMs: number | null, warmer = 'top'): AnnouncedWarmer {
  return { warmer, state, doneCount: 3, plannedCount: 9, atMs };
}

function process(service: string | null, isOurs: boolean, silentSinceMs: number | null): ServiceInstance {
  return {
    ...{
      id: `${service}`,
      service,
      instance: 'a',
      version: null,
      startedAtMs: null,
      readAtMs: 1,
      way: 'http',
    },
    ...{ address: null, silentSinceMs, whySilent: '', breakers: [] },
    figures: isOurs
      ? { l1: null, fallback: null, loadsActiveCount: 0, loadsWaitingCount: 0, relief: null }
      : null,
  };
}

describe('the warmers of services', () => {
  it('are those of all instances, what runs before what ended last, and what only met a lease after that', () => {
    const [shop] = deriveWarmingServices(
      [
        instance('a', { warmers: [ran('leased', 900), ran('idle', null, 'bottom')] }),
        instance('b', { warmers: [ran('completed', 400)] }),
        instance('c', { warmers: [ran('idle', null)] }),
        instance('d', { warmers: [ran('failed', 500)] }),
        instance('e', { warmers: [ran('progressed', 100)] }),
      ],
      [],
    );
    expect(shop).toMatchObject({
      ...{ service: 'shop', prefix: 'shop:', instanceCount: 5, heardCount: 5, commandedCount: 5 },
      refusal: null,
    });
    expect(shop?.warmers.map(({ warmer }) => warmer)).toEqual(['bottom', 'top']);
    expect(shop?.warmers[1]?.runs.map((run) => run.instance)).toEqual(['e', 'd', 'b', 'a', 'c']);
    expect(shop?.warmers[1]?.runs[0]).toEqual({
      ...{ instance: 'e', version: '1', state: 'progressed', doneCount: 3, plannedCount: 9, atMs: 100 },
      isHeard: true,
    });
  });

  it('of services of one name under two prefixes stand apart', () => {
    const services = deriveWarmingServices([instance('a'), instance('b', {}, { prefix: 'eu:shop:' })], []);
    expect(services.map(({ service, prefix }) => [service, prefix])).toEqual([
      ['shop', 'shop:'],
      ['shop', 'eu:shop:'],
    ]);
  });

  it.each([
    ['noCommands', [instance('a', { takesCommands: false }), instance('b', { takesCommands: false })]],
    ['noneHeard', [instance('a', { takesCommands: false }, { isAlive: false, snapshot: null })]],
    ['noWarmers', [instance('a', { warmers: [] })]],
    [null, [instance('a', { takesCommands: false }), instance('b')]],
    [null, [instance('a', { takesCommands: null })]],
    [null, [instance('a', { takesCommands: false }), instance('b', { takesCommands: null })]],
  ] as const)('cannot be run because of %s', (refusal, instances) => {
    expect(deriveWarmingServices(instances, [])[0]?.refusal).toBe(refusal);
  });

  it('are not known of a service of ours that is not announced, and others are left out', () => {
    const known = [
      process('billing', true, null),
      process('shop', true, null),
      process('java', false, null),
      process(null, true, null),
    ];
    const services = deriveWarmingServices([instance('a')], known);
    expect(services.map(({ service, refusal }) => [service, refusal])).toEqual([
      ['billing', 'notAnnounced'],
      ['shop', null],
    ]);
    expect(services[0]).toMatchObject({ prefix: null, commandedCount: null, heardCount: 1, warmers: [] });
  });

  it('are not known of an instance whose snapshot was never read', () => {
    expect(deriveWarmingServices([instance('a', {}, { snapshot: null, lastSnapshot: null })], [])).toEqual(
      [],
    );
  });
});
