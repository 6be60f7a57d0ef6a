import {
  formatBytes,
  formatCompact,
  formatCount,
  formatEstimate,
  formatPercent,
} from '#client/lib/formatNumber.ts';
import { formatClock, formatDuration } from '#client/lib/formatTime.ts';
import type { PurgePlan } from '#shared/acting/plan.ts';

export interface PlanFact {
  readonly value: string;
  readonly text: string;
}

/** The figures of a plan, in the order in which they matter: how many, how much, how much would go by itself, how long. */
export function preparePlanFacts(plan: PurgePlan): readonly PlanFact[] {
  const existing = formatEstimate(plan.existingCount, formatCount);
  const bytes = formatEstimate(plan.bytes, formatBytes);
  return [
    {
      value: formatCount(plan.keyCount),
      text: `keys found, ${plan.isFrozenList ? 'exact, ' : ''}read ${formatClock(plan.createdAtMs)}`,
    },
    { value: existing.text, text: `of them exist, ${existing.interval}` },
    { value: bytes.text, text: `in Redis, ${bytes.interval}` },
    ...(plan.expiringSoonRatio === null
      ? []
      : [
          {
            value: formatPercent(plan.expiringSoonRatio),
            text: 'expire by themselves within 5 min (of the sample)',
          },
        ]),
    {
      value: formatDuration((plan.keyCount / plan.keysPerSecond) * 1_000),
      text: `to run, at ${formatCompact(plan.keysPerSecond)} keys/s`,
    },
  ];
}
