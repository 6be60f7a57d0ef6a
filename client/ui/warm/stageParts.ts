import type { WarmPlan } from '#shared/acting/plan.ts';

/** A stage of a planned warm-up. */
export interface StagePart {
  /** From 1. */
  readonly number: number;
  /** Shares of the list, 0-1. */
  readonly fromRatio: number;
  readonly toRatio: number;
  /** Entries of the list. */
  readonly entryCount: number;
  /** When it ends by the plan, ms after the start, as if the fresh entries were spread evenly over the list. */
  readonly endsAtMs: number;
}

/** Stages as the service cuts its list, each to the next of its rising shares; those without an entry are left out. */
export function stageParts({
  preview,
  duration,
}: Pick<WarmPlan, 'preview' | 'duration'>): readonly StagePart[] {
  const { stages, entryCount } = preview;
  // The list is counted as far as the last stage reaches.
  const reach = stages.at(-1) ?? 1;
  const parts: StagePart[] = [];
  let before = { ratio: 0, count: 0 };
  for (const ratio of stages) {
    const count = Math.min(entryCount, Math.ceil((entryCount * ratio) / reach - 1e-9));
    if (count <= before.count) continue;
    parts.push({
      ...{ number: parts.length + 1, fromRatio: before.ratio, toRatio: ratio },
      entryCount: count - before.count,
      endsAtMs: (duration.value * count) / entryCount,
    });
    before = { ratio, count };
  }
  return parts;
}
