import type {
  Confirmation,
  LettersPlan,
  MarkPlan,
  Plan,
  ProbePlan,
  RepairPlan,
  UndoPlan,
  WarmPlan,
} from '#shared/acting/plan.ts';
import { probeSchedules } from '#shared/probe/probeSchedule.ts';
import { purgePlan } from '#test/client/ui/purgePlan.ts';

const confirmation: Confirmation = { kind: 'click' };

const base = {
  ...{ id: 'plan-1', token: '', targetId: 'default', environment: 'prod-eu', confirmation },
  ...{ createdAtMs: 0, expiresAtMs: 900_000, title: 'Do it in prod-eu', warning: 'It is felt.' },
  ...{ isReasonRequired: false, isApprovalNeeded: true },
};

const undo: UndoPlan = {
  ...base,
  ...{ kind: 'undo', ofJobId: 'job-1', subject: 'tag:a', keyCount: 31, entryCount: 17, keysPerSecond: 2_000 },
};

const mark: MarkPlan = {
  ...base,
  ...{ kind: 'mark', layoutName: 'bentocache', tag: 'users', subject: 'bento:___bc:t:users' },
  ...{ state: { kind: 'absent' }, reach: 'Services are told by their bus.', channelCount: 2 },
  shellCommands: ['redis-cli SET x'],
};

const repair: RepairPlan = {
  ...base,
  ...{ kind: 'repair', layoutName: 'Cachescope', tag: 'a', subject: 'tag:a', memberCount: 90, keyCount: 12 },
  ...{ danglingCount: 5, ttlRaise: null, keysPerSecond: 2_000 },
  offer: {
    orphans: { isSafe: true, how: 'SREM of what is gone' },
    reverse: { isSafe: true, how: 'UNLINK' },
    indexTtl: { isSafe: false, why: 'It has none.' },
  },
};

const about = (value: number) => ({ value, low: 0.95 * value, high: 1.05 * value, isExact: false });

const warm: WarmPlan = {
  ...base,
  ...{ kind: 'warm', warmer: 'top', subject: 'shop: top', answeredBy: 'shop-1 (3.1)', perSecond: 50 },
  hook: null,
  preview: {
    ...{ entryCount: 50_000, isCut: false, patterns: [{ pattern: 'shop:product:{id}', count: 50_000 }] },
    ...{
      sampledCount: 200,
      freshCount: 40,
      perSecond: 50,
      concurrency: 4,
      stages: [0.01, 1],
      jitterRatio: 0.2,
    },
  },
  ...{ loadCount: about(40_000), bytes: about(4e7), room: 'wouldEvict', duration: about(800_000) },
  ...{ currentPerSecond: 12, capacityPerSecond: 400 },
  load: {
    ...{ currentPerSecond: 12, capacityPerSecond: 400, stepMs: 200_000, whyUnknown: '' },
    ...{ peakExtra: { perSecond: 50, atMostPerSecond: 50 }, halfOverMs: 400_000, mostOverMs: 720_000 },
    extraPerSecond: [50, 50, 50, 50, 0, 0],
  },
};

/** The same kind, for a service without our library. */
export const warmByHook: WarmPlan = {
  ...warm,
  hook: {
    ...{ url: 'http://shop:8080/warm', measuredAtMs: Date.UTC(2026, 10, 26, 12), measuredMs: 30_000 },
    ...{ missCount: 81_234, leastShare: 0.62, mostShare: 0.71 },
  },
};

const probe: ProbePlan = {
  ...base,
  ...{ kind: 'probe', schedule: probeSchedules.window10s, commandsPerSecond: 4_321, extraBytesPerSecond: 9 },
  ...{ throughputLoss: { low: 0.22, high: 0.47 }, idlePingP99Ms: 0.3, pingLimitMs: 50 },
  setting: { name: 'notify-keyspace-events', before: '', during: 'Km' },
};

/** One plan of each kind, with figures by which it is known. */
const letters: LettersPlan = {
  ...base,
  ...{
    kind: 'letters',
    act: 'replay',
    keyCount: 2_500,
    stream: { queue: 'events', service: 'shop', stream: 'cachescope:events' },
  },
  ...{ subject: 'cachescope:{cachescope:events}:dead-letters:shop' },
  events: [{ event: 'product.updated', count: 2_500 }],
};

export const plansOfEachKind: readonly Plan[] = [purgePlan(), undo, mark, repair, warm, letters, probe];
