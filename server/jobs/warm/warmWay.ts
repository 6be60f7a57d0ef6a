import type { Clock } from '#server/clock/clock.ts';
import type { WarmProgress } from '#shared/acting/job.ts';
import type { WarmPlan } from '#shared/acting/plan.ts';
import type { WarmHookFacts } from '#shared/acting/warmHook.ts';
import type { WarmPreview } from '#shared/control/warmPreview.ts';
import type { Estimate } from '#shared/statistics.ts';
import type { JobContext, JobEnd } from '../door/heldPlan.ts';
import type { OperatorSession } from '../operatorSession.ts';

/** What a warm-up would do, by whoever would do it. */
export interface WarmOutlook {
  readonly preview: WarmPreview;
  readonly answeredBy: string;
  /** Entries that would be loaded. */
  readonly loadCount: Estimate;
  /** Null = an instance of our library does it. */
  readonly hook: WarmHookFacts | null;
}

export interface WarmRunParts extends Omit<JobContext, 'job' | 'pace' | 'onProgress'> {
  readonly jobId: string;
  readonly plan: WarmPlan;
  readonly clock: Clock;
  /** Why the job should wait, in a sentence; null = it may go on. */
  readonly judge: () => string | null;
  readonly onProgress: (progress: WarmProgress) => void;
}

/** Who warms: an instance of our library, which lists and loads by itself, or a service that is given the keys through a hook. */
export interface WarmWay {
  /** Reads only. Throws `AppError` notFound or badInput when nobody says what it would do; `RedisFault`. */
  look(session: OperatorSession): Promise<WarmOutlook>;
  /** Throws `AppError` planChanged; `RedisFault`. */
  checkStillAsPlanned(session: OperatorSession): Promise<void>;
  /** Never throws what is expected. */
  run(parts: WarmRunParts): Promise<JobEnd>;
}

/** Nothing is gone through yet. */
export const NOT_WARMED: WarmProgress = {
  ...{ entryCount: 0, doneCount: 0, instance: null, stage: '', startCount: 0 },
};
