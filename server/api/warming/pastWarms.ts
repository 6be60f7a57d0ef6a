import type { AuditEntry } from '#shared/acting/auditEntry.ts';
import type { Job, JobState, WarmJob } from '#shared/acting/job.ts';
import { type Reading, type Unknown, unknown } from '#shared/reading.ts';
import type { Mark } from '#shared/series.ts';
import type { TimeSpan } from '#shared/timeRange.ts';

/** The hit rate of the patterns that a run warmed, 0-1. */
export interface WarmEffect {
  readonly before: Reading<number>;
  readonly after: Reading<number>;
  /** How much of `spanMs` after its end is over, ms: `after` is of so much, and moves until all of it is. */
  readonly afterMs: number;
  readonly spanMs: number;
}

/** A run of a warmer that the audit log tells of. */
export interface PastWarm {
  readonly jobId: string;
  /** Start of the key names of the service, and the warmer. */
  readonly subject: string;
  readonly actor: string;
  readonly reason: string;
  /** `interrupted` = the server died meanwhile. */
  readonly state: JobState | 'interrupted';
  readonly outcome: string;
  readonly startedAtMs: number;
  /** Null = it has not ended, or nobody knows when. */
  readonly endedAtMs: number | null;
  /** What was to be loaded, how fast, and in how long; null = the log of an earlier version does not say. */
  readonly plannedCount: number | null;
  readonly perSecond: number | null;
  readonly plannedMs: number | null;
  readonly effect: WarmEffect;
  /** The audit entry of its start. */
  readonly auditSequence: number;
}

/** How long before and after a run its effect is measured, ms. */
const EFFECT_MS = 300_000;
/** Sooner after its end there is nothing to measure, ms. */
const LEAST_AFTER_MS = 60_000;

export interface PastWarmParts {
  /** Of warm-ups, in whichever order. */
  readonly entries: readonly AuditEntry[];
  readonly jobs: readonly Job[];
  readonly nowMs: number;
  readonly hitRatioIn: (span: TimeSpan, patterns: readonly string[]) => Reading<number>;
  readonly marksIn: (span: TimeSpan) => readonly Mark[];
}

/** Runs by their start, the newest first. One whose start is not among the entries is left out. */
export function pastWarms(parts: PastWarmParts): readonly PastWarm[] {
  const ends = new Map(
    parts.entries.flatMap((entry) =>
      entry.phase === 'ended' || entry.phase === 'interrupted' ? [[entry.jobId, entry] as const] : [],
    ),
  );
  return parts.entries
    .filter(({ phase }) => phase === 'started')
    .toSorted((one, other) => other.sequence - one.sequence)
    .flatMap((started) =>
      started.jobId === null ? [] : [pastWarm(parts, started, ends.get(started.jobId))],
    );
}

function pastWarm(parts: PastWarmParts, started: AuditEntry, end: AuditEntry | undefined): PastWarm {
  const { atMs: startedAtMs, subject, actor, reason, plannedCount, sequence, warm } = started;
  const endedAtMs = end?.phase === 'ended' ? end.atMs : null;
  const jobId = started.jobId ?? '';
  return {
    ...{ jobId, subject, actor, reason, startedAtMs, endedAtMs, plannedCount, auditSequence: sequence },
    ...{ perSecond: warm?.perSecond ?? null, plannedMs: warm?.plannedMs ?? null },
    ...standingOf(
      end,
      parts.jobs.find((job): job is WarmJob => job.kind === 'warm' && job.id === jobId),
    ),
    effect: effectOf(parts, { startedAtMs, endedAtMs, patterns: warm?.patterns }),
  };
}

function standingOf(
  end: AuditEntry | undefined,
  job: WarmJob | undefined,
): Pick<PastWarm, 'state' | 'outcome'> {
  if (end === undefined) {
    const nobody = 'Neither the audit log nor the running server knows how it ended.';
    return job === undefined ? { state: 'unknown', outcome: nobody } : job;
  }
  if (end.phase === 'interrupted') return { state: 'interrupted', outcome: end.outcome };
  const [word = '', ...rest] = end.outcome.split(': ');
  return { state: endStates.find((state) => state === word) ?? 'unknown', outcome: rest.join(': ') };
}

const endStates = ['completed', 'cancelled', 'failed', 'unknown'] as const;

interface RunSpan {
  readonly startedAtMs: number;
  readonly endedAtMs: number | null;
  readonly patterns: readonly string[] | undefined;
}

function effectOf(parts: PastWarmParts, { startedAtMs, endedAtMs, patterns }: RunSpan): WarmEffect {
  const toMs = Math.min(parts.nowMs, (endedAtMs ?? parts.nowMs) + EFFECT_MS);
  const afterMs = endedAtMs === null ? 0 : toMs - endedAtMs;
  const over = { afterMs, spanMs: EFFECT_MS };
  if (patterns === undefined) {
    const older = unknown('notEnoughData', 'The audit log of an earlier version does not name its patterns.');
    return { before: older, after: older, ...over };
  }
  const beforeMs = startedAtMs - EFFECT_MS;
  const before =
    disturbance(parts, { fromMs: beforeMs, toMs: startedAtMs }) ??
    parts.hitRatioIn({ fromMs: beforeMs, toMs: startedAtMs }, patterns);
  if (endedAtMs === null)
    return { before, after: unknown('pending', 'It has no end that is known.'), ...over };
  const after =
    disturbance(parts, { fromMs: startedAtMs, toMs }) ??
    (afterMs < LEAST_AFTER_MS
      ? unknown('pending', 'It ended less than a minute ago.')
      : parts.hitRatioIn({ fromMs: endedAtMs, toMs }, patterns));
  return { before, after, ...over };
}

const disturbances: ReadonlyMap<Mark['kind'], string> = new Map([
  ['outage', 'Redis stopped answering at that time'],
  ['restart', 'Redis began anew at that time'],
  ['emptied', 'Redis was emptied at that time'],
]);

/** Why the hit rate of a span tells nothing of a warm-up; null = nothing else is known that moved it. */
function disturbance({ marksIn }: PastWarmParts, span: TimeSpan): Unknown | null {
  for (const { kind } of marksIn(span)) {
    const what = disturbances.get(kind);
    if (what !== undefined) {
      return unknown('notEnoughData', `${what}, which moves the hit rate whatever is warmed.`);
    }
  }
  return null;
}
