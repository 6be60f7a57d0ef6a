import type { MessagePart } from './messagePart.ts';

/** What a run of a warmer would do, by the instance that was asked. */
export interface WarmPreview {
  /** Entries that its stages reach. */
  readonly entryCount: number;
  /** The list was longer than the warmer may go through. */
  readonly isCut: boolean;
  /** The same by the label `key_pattern`, the most first. */
  readonly patterns: readonly { readonly pattern: string; readonly count: number }[];
  /** Entries, evenly over the list, that were looked for in Redis, and how many of them are fresh and would not be loaded. */
  readonly sampledCount: number;
  readonly freshCount: number;
  /** Most loads begun a second, unless it is told another rate. */
  readonly perSecond: number;
  /** Most loads at one time. */
  readonly concurrency: number;
  /** Rising shares of the list, 0-1. */
  readonly stages: readonly number[];
  readonly jitterRatio: number;
}

export function readWarmPreview(part: MessagePart): WarmPreview {
  return {
    entryCount: part.number('entryCount'),
    isCut: part.flag('isCut'),
    patterns: part.parts('patterns', (one) => ({ pattern: one.text('pattern'), count: one.number('count') })),
    sampledCount: part.number('sampledCount'),
    freshCount: part.number('freshCount'),
    perSecond: part.number('perSecond'),
    concurrency: part.number('concurrency'),
    stages: part.numbers('stages'),
    jitterRatio: part.number('jitterRatio'),
  };
}
