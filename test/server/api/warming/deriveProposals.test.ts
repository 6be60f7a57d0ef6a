import { describe, expect, it } from 'vitest';
import { deriveProposals, type ProposalParts } from '#server/api/warming/deriveProposals.ts';
import type { AnnouncedWarmer } from '#shared/control/instanceSnapshot.ts';
import { known, type Reading, unknown } from '#shared/reading.ts';
import type { WarmingService } from '#shared/services/warmingService.ts';
import { warmJob } from '#test/support/jobs/warmJob.ts';

const MIN = 60_000;
const LOST_MS = 100 * MIN;

const ratio = (value: number): Reading<number> => known(value, LOST_MS, 'metrics');
const nobody = unknown('notEnoughData', 'too few');

function service(change: Partial<WarmingService> = {}, run: Partial<AnnouncedWarmer> = {}): WarmingService {
  const last = { state: 'idle', atMs: null, doneCount: 0, plannedCount: 0, ...run } as const;
  return {
    ...{ service: 'shop', prefix: 'shop:', instanceCount: 1, heardCount: 1, commandedCount: 1 },
    refusal: null,
    warmers: [{ warmer: 'top', runs: [{ ...last, instance: 'a', version: '1', isHeard: true }] }],
    ...change,
  };
}

function derive(change: Partial<ProposalParts> = {}, before = ratio(0.95), now = ratio(0.4)) {
  return deriveProposals({
    loss: { cause: 'restart', atMs: LOST_MS },
    nowMs: LOST_MS + 5 * MIN,
    services: [service()],
    jobs: [],
    source: { currentPerSecond: 100, safePerSecond: 400 },
    hitRatios: () => ({ before, now }),
    ...change,
  });
}

describe('a warm-up is proposed', () => {
  it('of a service that is cold since the loss, at half of the room that the source has', () => {
    expect(derive()).toEqual([
      {
        ...{ service: 'shop', prefix: 'shop:', warmers: ['top'], cause: 'restart', atMs: LOST_MS },
        ...{ hitRatioBefore: ratio(0.95), hitRatioNow: ratio(0.4), perSecond: 150 },
      },
    ]);
  });

  it('at a rate that is hardly felt where nobody says what the source stands, and at none where it has no room', () => {
    const rateAt = (source: ProposalParts['source']) => derive({ source })[0]?.perSecond;
    expect(rateAt({ currentPerSecond: 100, safePerSecond: null })).toBe(20);
    expect(rateAt({ currentPerSecond: null, safePerSecond: 400 })).toBe(200);
    expect(rateAt({ currentPerSecond: 399, safePerSecond: 400 })).toBeNull();
    expect(rateAt({ currentPerSecond: 500, safePerSecond: 400 })).toBeNull();
  });

  it('for a while where the hit rate is not known, unless Redis may have kept everything', () => {
    expect(derive({}, nobody)).toHaveLength(1);
    expect(derive({}, ratio(0.9), nobody)).toHaveLength(1);
    expect(derive({ nowMs: LOST_MS + 20 * MIN }, ratio(0.9), nobody)).toEqual([]);
    expect(derive({ loss: { cause: 'outage', atMs: LOST_MS } }, nobody)).toEqual([]);
    expect(derive({ loss: { cause: 'outage', atMs: LOST_MS } })).toHaveLength(1);
  });
});

describe('no warm-up is proposed', () => {
  it('once the hit rate is back', () => {
    expect(derive({}, ratio(0.95), ratio(0.92))).toEqual([]);
  });

  it('of a service that cannot be warmed', () => {
    expect(derive({ services: [service({ refusal: 'noCommands' })] })).toEqual([]);
    expect(derive({ services: [service({ prefix: null })] })).toEqual([]);
  });

  it('by a warmer that ran since, while another of the service did not', () => {
    const [top] = service({}, { state: 'completed', atMs: LOST_MS + 1 }).warmers;
    const all = { warmer: 'all', runs: top?.runs.map((run) => ({ ...run, atMs: LOST_MS - 1 })) ?? [] };
    const services = [service({ warmers: top === undefined ? [] : [top, all] })];
    expect(derive({ services })).toMatchObject([{ warmers: ['all'] }]);
  });

  it('once one ran since, by a job or by the service itself', () => {
    const ran = (startedAtMs: number, more = {}) => derive({ jobs: [warmJob({ startedAtMs, ...more })] });
    expect(ran(LOST_MS + 1, { state: 'running' })).toEqual([]);
    expect(ran(LOST_MS + 1, { state: 'completed' })).toEqual([]);
    expect(ran(LOST_MS + 1, { state: 'failed' })).toHaveLength(1);
    expect(ran(LOST_MS + 1, { prefix: 'other:' })).toHaveLength(1);
    expect(ran(LOST_MS + 1, { warmer: 'other' })).toHaveLength(1);
    expect(ran(LOST_MS - 1)).toHaveLength(1);
    const told = (run: Partial<AnnouncedWarmer>) => derive({ services: [service({}, run)] });
    expect(told({ state: 'completed', atMs: LOST_MS + 1 })).toEqual([]);
    expect(told({ state: 'progressed', atMs: LOST_MS + 1 })).toEqual([]);
    expect(told({ state: 'stopped', atMs: LOST_MS + 1 })).toHaveLength(1);
    expect(told({ state: 'completed', atMs: LOST_MS - 1 })).toHaveLength(1);
    expect(told({ state: 'completed', atMs: null })).toHaveLength(1);
  });
});
