import type { TimeSpan } from '#shared/timeRange.ts';
import type { Level } from './historySchema.ts';

/** Steps to answer with, and the level to read them from. */
export interface Grid {
  readonly level: Level;
  readonly fromMs: number;
  readonly stepMs: number;
  readonly count: number;
}

export interface GridQuestion {
  readonly span: TimeSpan;
  readonly maxPoints: number;
  readonly nowMs: number;
  /** Finest first. */
  readonly levels: readonly [Level, ...Level[]];
}

/**
 * The finest steps, aligned to the epoch, that start in the span, are still kept at its start, and are at most
 * `maxPoints` (at least one). A span shorter than the finest kept step is answered by the step that holds its start.
 */
export function chooseGrid(question: GridQuestion): Grid {
  const { span, nowMs, levels } = question;
  const maxPoints = Math.max(1, Math.floor(question.maxPoints));
  for (const level of levels) {
    if (level !== levels.at(-1) && span.fromMs < nowMs - level.keptMs) continue;
    for (const stepMs of level.readStepsMs) {
      const grid = gridOf(span, level, stepMs);
      if (grid.count <= maxPoints) return grid;
    }
  }
  // Several steps of the coarsest level in one.
  const coarsest = levels.at(-1) ?? levels[0];
  const stepsPerPoint = Math.ceil((span.toMs - span.fromMs) / coarsest.stepMs / maxPoints);
  return gridOf(span, coarsest, stepsPerPoint * coarsest.stepMs);
}

function gridOf(span: TimeSpan, level: Level, stepMs: number): Grid {
  const firstMs = Math.ceil(span.fromMs / stepMs) * stepMs;
  const endMs = Math.ceil(span.toMs / stepMs) * stepMs;
  const fromMs = firstMs < endMs ? firstMs : Math.floor(span.fromMs / stepMs) * stepMs;
  return { level, fromMs, stepMs, count: Math.max(1, (endMs - fromMs) / stepMs) };
}
