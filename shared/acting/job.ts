import type { TargetId } from '#shared/target.ts';
import type { PurgeMethod } from './purgeInput.ts';

export type JobState = 'running' | 'paused' | 'cancelling' | 'completed' | 'cancelled' | 'failed' | 'unknown';

/** True when nothing will change any more. */
export function isTerminal(state: JobState): boolean {
  return state !== 'running' && state !== 'paused' && state !== 'cancelling';
}

/**
 * Keys by what became of them. Keys that a job never reached are in no count: `plannedCount` minus the rest.
 * `unknownCount`: the command timed out and a re-read could not tell.
 */
export interface JobProgress {
  /** Keys that the plan expected. */
  readonly plannedCount: number;
  /** Keys that were handed to Redis, whatever it answered. */
  readonly scannedCount: number;
  /** Keys that Redis says it removed or set to expire, and keys that were found so after a command without an answer. */
  readonly changedCount: number;
  /** Keys that were gone already, or expire sooner than the purge would have it. */
  readonly skippedCount: number;
  /** Keys that Redis refused to change. */
  readonly failedCount: number;
  readonly unknownCount: number;
}

/** What a running probe costs and has seen. Null = not measured yet. */
export interface ProbeProgress {
  readonly totalMs: number;
  readonly elapsedMs: number;
  /** Time that MONITOR was attached. */
  readonly attachedMs: number;
  readonly isAttached: boolean;
  readonly lineCount: number;
  readonly byteCount: number;
  readonly lookupCount: number;
  /** Over the last second. */
  readonly linesPerSecond: number | null;
  readonly bytesPerSecond: number | null;
  readonly commandsPerSecond: number | null;
  readonly pingP99Ms: number | null;
  readonly idlePingP99Ms: number;
  /** How far what we read lies behind what Redis did, in bytes. */
  readonly unreadBytes: number;
}

/** How far the mark of a tag is. How many entries it makes old, nobody can tell. */
export interface MarkProgress {
  /** `unknown`: no answer came, and a re-read could not tell. */
  readonly mark: 'notWritten' | 'written' | 'unknown';
  /** Channels on which services were to be told; null = not looked at yet, or the layout has none. */
  readonly channelCount: number | null;
  /** Of these, where Redis took the message. */
  readonly toldCount: number;
}

/** How far a warmer is. */
export interface WarmProgress {
  /** Entries that it goes through; 0 until an instance has its list. */
  readonly entryCount: number;
  /** Of these, those behind it, whatever came of them. */
  readonly doneCount: number;
  /** The instance that runs it, or ran it last; null = none has taken it yet. */
  readonly instance: string | null;
  /** What it said last, such as its stage; empty before that. */
  readonly stage: string;
  /** Times that it was begun. What is fresh already is passed over. */
  readonly startCount: number;
}

/** What every job has. */
export interface JobBase {
  readonly id: string;
  readonly planId: string;
  readonly targetId: TargetId;
  readonly title: string;
  readonly actor: string;
  /** Who approved its plan, besides whoever started it; null = its plan needed nobody. */
  readonly approver: string | null;
  readonly reason: string;
  readonly state: JobState;
  /** Why it waits, in a sentence; empty unless it is paused. */
  readonly pauseText: string;
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  /** What happened, in a sentence; empty while it runs. */
  readonly outcome: string;
}

export interface PurgeJob extends JobBase {
  readonly kind: 'purge';
  readonly method: PurgeMethod;
  readonly progress: JobProgress;
  /** Until when what it removed can be brought back, epoch ms; null = it cannot (yet). */
  readonly undoUntilMs: number | null;
}

export interface UndoJob extends JobBase {
  readonly kind: 'undo';
  readonly progress: JobProgress;
}

export interface ProbeJob extends JobBase {
  readonly kind: 'probe';
  readonly progress: ProbeProgress;
}

export interface MarkJob extends JobBase {
  readonly kind: 'mark';
  readonly progress: MarkProgress;
}

export interface RepairJob extends JobBase {
  readonly kind: 'repair';
  readonly progress: JobProgress;
}

export interface WarmJob extends JobBase {
  readonly kind: 'warm';
  /** Start of the key names of the service. */
  readonly prefix: string;
  readonly warmer: string;
  /** Loads a second at most. */
  readonly perSecond: number;
  readonly progress: WarmProgress;
}

export interface LettersJob extends JobBase {
  readonly kind: 'letters';
  readonly act: 'replay' | 'drop';
  /** Of letters in place of keys. */
  readonly progress: JobProgress;
}

export type Job = PurgeJob | UndoJob | MarkJob | RepairJob | WarmJob | LettersJob | ProbeJob;
