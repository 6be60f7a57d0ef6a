import type { TimeSpan } from '#shared/timeRange.ts';
import type { Level } from './historySchema.ts';

/** A part of a span that is whole steps of one level. */
export interface Segment extends TimeSpan {
  readonly level: Level;
}

/** Error that is accepted at each end of a span, as a share of it, to read hours in place of thousands of fine rows. */
const END_ERROR_RATIO = 0.01;

export interface SpanCover {
  readonly span: TimeSpan;
  readonly nowMs: number;
  /** Finest first. */
  readonly levels: readonly Level[];
}

/**
 * Cuts a span into the fewest rows: whole steps of the coarsest level in its middle, finer ones towards its ends. Parts
 * do not overlap. Steps belong to the span that holds their start. Where the fine level is no longer kept, the ends are
 * those of the next one.
 */
export function coverSpan({ span, nowMs, levels }: SpanCover): readonly Segment[] {
  const toleratedMs = (span.toMs - span.fromMs) * END_ERROR_RATIO;
  const usable = levels.filter(
    (level, index) =>
      span.fromMs >= nowMs - level.keptMs && !((levels[index + 1]?.stepMs ?? Infinity) <= toleratedMs),
  );
  const finest = usable[0] ?? levels.at(-1);
  if (finest === undefined) return [];
  return cover(alignUp(span, finest.stepMs), usable.length > 0 ? usable : [finest]);
}

function cover(span: TimeSpan, levels: readonly Level[]): readonly Segment[] {
  const level = levels.at(-1);
  if (level === undefined || span.fromMs >= span.toMs) return [];
  const middle: Segment = {
    level,
    fromMs: Math.ceil(span.fromMs / level.stepMs) * level.stepMs,
    toMs: Math.floor(span.toMs / level.stepMs) * level.stepMs,
  };
  const finer = levels.slice(0, -1);
  if (middle.fromMs >= middle.toMs) return cover(span, finer);
  return [
    ...cover({ fromMs: span.fromMs, toMs: middle.fromMs }, finer),
    middle,
    ...cover({ fromMs: middle.toMs, toMs: span.toMs }, finer),
  ];
}

function alignUp(span: TimeSpan, stepMs: number): TimeSpan {
  return {
    fromMs: Math.ceil(span.fromMs / stepMs) * stepMs,
    toMs: Math.ceil(span.toMs / stepMs) * stepMs,
  };
}
