import { describe, expect, it } from 'vitest';
import { prepareWarmers, servicesWithout } from '#client/features/warming/prepareWarmers.ts';
import type { WarmerRun } from '#shared/services/warmingService.ts';
import { warmJob } from '#test/support/jobs/warmJob.ts';
import { runOf, serviceOf } from './services.ts';

const rowOf = (...runs: readonly WarmerRun[]) =>
  prepareWarmers([serviceOf({ warmers: [{ warmer: 'top', runs }] })], [])[0];

describe('a warmer', () => {
  it.each([
    [{}, 'has not run', 'dim'],
    [{ state: 'started' }, 'runs', 'calm'],
    [{ state: 'completed' }, 'completed', 'calm'],
    [{ state: 'stopped' }, 'stopped by itself', 'warning'],
    [{ state: 'failed' }, 'failed', 'bad'],
    [{ state: 'progressed', isHeard: false }, 'runs, then fell silent', 'warning'],
  ] as const)('of which is told %j %s', (run, lastText, tone) => {
    expect(rowOf(runOf(run))).toMatchObject({ lastText, tone });
  });

  it('is as the newest run says, whatever instances that have not run say', () => {
    const ran = runOf({ instance: 'shop-2', state: 'completed', atMs: 5, doneCount: 3, plannedCount: 9 });
    expect(rowOf(runOf(), ran)?.last).toBe(ran);
  });

  it('that a job of this server runs is as the job says, and no longer once it has ended', () => {
    const job = warmJob({ state: 'paused' });
    expect(prepareWarmers([serviceOf()], [job])[0]).toMatchObject({
      job,
      lastText: 'waits',
      tone: 'warning',
    });
    expect(prepareWarmers([serviceOf()], [warmJob({ endedAtMs: 5 })])[0]).toMatchObject({ job: null });
    expect(prepareWarmers([serviceOf()], [warmJob({ prefix: 'other:' })])[0]).toMatchObject({ job: null });
    expect(prepareWarmers([serviceOf()], [warmJob({ warmer: 'other' })])[0]).toMatchObject({ job: null });
  });

  it('of a service that cannot be commanded says why, and how many instances are heard', () => {
    const service = serviceOf({ refusal: 'noCommands', instanceCount: 3, heardCount: 1 });
    expect(prepareWarmers([service], [])[0]).toMatchObject({
      ...{
        id: 'shop: top',
        refusal: expect.stringContaining('option control'),
        instanceText: '1 of 3 heard',
      },
    });
  });
});

it('services without a warmer are named with why', () => {
  const others = servicesWithout([
    serviceOf(),
    serviceOf({ service: 'billing', prefix: null, refusal: 'notAnnounced', warmers: [] }),
    serviceOf({ refusal: 'noCommands' }),
  ]);
  expect(others.map(({ service, why }) => [service, why])).toEqual([
    ['billing', expect.stringContaining('announces itself')],
  ]);
});
