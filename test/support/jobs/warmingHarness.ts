import { randomUUID } from 'node:crypto';
import { vi } from 'vitest';
import type { Clock } from '#server/clock/clock.ts';
import { ServiceCommands } from '#server/control/serviceCommands.ts';
import type { Prober } from '#server/jobs/probe/createProber.ts';
import type { SourceLoad } from '#server/jobs/purge/forecast/forecastLoad.ts';
import type { WarmingTools } from '#server/jobs/warm/warmingTools.ts';
import { isTerminal, type WarmJob } from '#shared/acting/job.ts';
import type { WarmInput } from '#shared/acting/plan.ts';
import { guardedJobsHarness, operator } from '#test/support/jobs/guardedJobsHarness.ts';
import { openTestConnection } from '#test/support/openTestConnection.ts';
import { noHttpCommands } from '#test/support/services/noHttpCommands.ts';

export interface WarmingHarnessOptions {
  readonly redis: { readonly port: number };
  readonly change?: Partial<WarmingTools>;
  readonly sourceLoad?: () => SourceLoad;
  /** What a load takes, by the metrics. @default nobody tells */
  readonly loadMs?: number;
  /** What the last live probe saw missed; absent = there was none. */
  readonly misses?: Prober['lastMisses'];
  /** @default real time that can be hastened, with short pauses */
  readonly clock?: Clock;
}

const unknownLoad = (): SourceLoad => ({ patterns: [], currentPerSecond: null, capacityPerSecond: null });

/** Guarded jobs that warm the service `shop`, whose instances answer in real time; pauses of the server are short. */
export function warmingHarness(options: WarmingHarnessOptions) {
  const { redis, change, sourceLoad = unknownLoad, loadMs = null, misses } = options;
  const hasty = hastyClock();
  const clock = options.clock ?? hasty;
  const openOperator = async () => openTestConnection(redis, 'operator');
  const commands = new ServiceCommands({
    openOperator,
    secret: null,
    http: noHttpCommands,
    clock,
    newId: randomUUID,
  });
  const memoryRoom = () => ({ usedBytes: 0, maxBytes: null, isLimited: false, isNoEviction: null });
  const warming = { commands, hooks: [], memoryRoom, evictedPerSecond: () => 0, ...change };
  const harness = guardedJobsHarness(openOperator, {
    ...{ warming, sourceLoad, clock },
    sourceLoads: {
      vitals: () => (loadMs === null ? null : { atMs: Date.now(), loadsPerSecond: 0, loadMs }),
      steps: () => [],
    },
    ...(misses === undefined ? {} : { prober: probed(misses) }),
  });
  const plan = (more: Partial<WarmInput> = {}) =>
    harness.jobs.planWarm({ targetId: 'default', prefix: 'shop:', warmer: 'top', ...more }, operator);
  const until = (id: string, isWanted: (job: WarmJob) => boolean): Promise<WarmJob> =>
    vi.waitFor(
      () => {
        const job = harness.jobs.get(id);
        if (job?.kind !== 'warm' || !isWanted(job)) throw new Error(`not yet: ${JSON.stringify(job)}`);
        return job;
      },
      { timeout: 25_000, interval: 20 },
    );
  const { hasten } = hasty;
  return {
    ...harness,
    commands,
    hasten,
    plan,
    until,
    ended: (id: string) => until(id, ({ state }) => isTerminal(state)),
  };
}

/** A prober that has measured, and measures no more. */
function probed(lastMisses: Prober['lastMisses']): Prober {
  const never = async () => Promise.reject(new Error('Nothing is measured here.'));
  return {
    ...{ plan: never, checkStillAsPlanned: never, run: never },
    ...{ lastResult: () => null, lastMisses, close: async () => {} },
  };
}

/** Time passes as it does, until it is hastened: from then on so many times as fast. */
function hastyClock(): Clock & { hasten(factor: number): void } {
  let from = { realMs: performance.now(), seenMs: performance.now(), factor: 1 };
  const elapsedMs = (): number => from.seenMs + (performance.now() - from.realMs) * from.factor;
  return {
    elapsedMs,
    hasten: (factor) => {
      from = { realMs: performance.now(), seenMs: elapsedMs(), factor };
    },
    nowMs: () => Date.now(),
    pause: (ms, signal) =>
      new Promise((resolve) => {
        const timer = setTimeout(resolve, Math.min(ms, 20));
        signal?.addEventListener('abort', () => {
          clearTimeout(timer);
          resolve();
        });
      }),
  };
}
