import type { WarmPlan } from './warmerOptions.ts';
import type { WarmReport, WarmTrigger } from './warmReport.ts';
import type { WarmSurroundings } from './warmSurroundings.ts';

/** What makes warmers run by themselves works with. */
export interface TriggerSurroundings extends WarmSurroundings {
  run(name: string, trigger: WarmTrigger): Promise<WarmReport>;
  /** Shown as a wait of the warmer; false when it was cancelled, or waits already. */
  wait(name: string, ms: number): Promise<boolean>;
}

/** At the start, the wait of a warmer for a Redis that does not answer yet, ms. */
const START_RETRY_MS = 1_000;
/** Breakers of the instances close within their longest wait (`maxOpenMs`, 30 s) and the jitter of each other; twice that. Ours. */
const REST_MS = 60_000;
/** Of the shortest time between two scheduled runs, so that the one who ran is not kept from its own next. */
const SCHEDULE_REST_RATIO = 0.9;

/** How long after a complete run the same trigger leaves the warmer alone in all instances, ms; null = not at all. */
export function restMsOf({ on, jitterRatio }: WarmPlan, trigger: WarmTrigger): number | null {
  switch (trigger) {
    case 'demand':
      return null;
    case 'start':
    case 'recovery':
      return REST_MS;
    case 'schedule':
      return (on.everySeconds ?? 0) * 1_000 * (1 - jitterRatio) * SCHEDULE_REST_RATIO;
  }
}

/** Once; while Redis does not answer yet, again until `patienceMs` have passed. */
export async function runAtStart(
  around: TriggerSurroundings,
  { name }: WarmPlan,
  patienceMs: number,
): Promise<void> {
  const { reading, closing } = around;
  const untilMs = reading.clock() + patienceMs;
  while (!closing.aborted) {
    const report = await around.run(name, 'start');
    const isUnanswered = report.state === 'stopped' && report.plannedCount === 0;
    if (!isUnanswered || reading.clock() >= untilMs) return;
    await around.pause(START_RETRY_MS, closing);
  }
}

/** Until the cache is closed. */
export async function runOnSchedule(
  around: TriggerSurroundings,
  { name, on, jitterRatio }: WarmPlan,
): Promise<void> {
  const { reading, closing } = around;
  const longestMs = (on.everySeconds ?? 0) * 1_000;
  while (!closing.aborted) {
    await around.pause(longestMs * (1 - jitterRatio * reading.random()), closing);
    if (!closing.aborted) await around.run(name, 'schedule');
  }
}

/** Each time Redis is back: all instances notice it at about one time, and each waits for another. */
export function runAfterOutages(around: TriggerSurroundings, { name }: WarmPlan, jitterMs: number): void {
  const { reading, closing } = around;
  const runLater = async (): Promise<void> => {
    if (await around.wait(name, reading.random() * jitterMs)) await around.run(name, 'recovery');
  };
  reading.events.on('breaker', ({ from, to }) => {
    if (to === 'closed' && from !== 'disabled' && !closing.aborted) reading.track(runLater());
  });
}
