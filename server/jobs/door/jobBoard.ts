import type { Clock } from '#server/clock/clock.ts';
import {
  isTerminal,
  type Job,
  type JobProgress,
  type MarkProgress,
  type ProbeProgress,
  type WarmProgress,
} from '#shared/acting/job.ts';

/** Jobs that are remembered after their end; the audit log keeps all. */
const MAX_JOBS = 200;
/** Least time between two reports of progress of one job, ms. */
const REPORT_INTERVAL_MS = 250;

export interface JobChange extends Partial<Pick<Job, 'state' | 'pauseText' | 'outcome' | 'endedAtMs'>> {
  /** Of a purge. */
  readonly undoUntilMs?: number | null;
  /** Of the job's own kind; another is ignored. */
  readonly progress?: JobProgress | MarkProgress | WarmProgress | ProbeProgress;
}

/** The job as it is after the change. */
export function changeJob(job: Job, { progress, undoUntilMs, ...change }: JobChange): Job {
  const ofKeys = progress !== undefined && 'plannedCount' in progress ? { progress } : {};
  const ofMark = progress !== undefined && 'mark' in progress ? { progress } : {};
  const ofWarm = progress !== undefined && 'startCount' in progress ? { progress } : {};
  const ofProbe = progress !== undefined && 'lineCount' in progress ? { progress } : {};
  switch (job.kind) {
    case 'probe':
      return { ...job, ...change, ...ofProbe };
    case 'mark':
      return { ...job, ...change, ...ofMark };
    case 'warm':
      return { ...job, ...change, ...ofWarm };
    case 'undo':
    case 'repair':
    case 'letters':
      return { ...job, ...change, ...ofKeys };
    case 'purge':
      return { ...job, ...change, ...ofKeys, ...(undoUntilMs === undefined ? {} : { undoUntilMs }) };
  }
}

/** What the jobs are now, and who wants to hear of it. An ended job never changes again. */
export class JobBoard {
  readonly #clock: Clock;
  readonly #reportBug: (error: unknown) => void;
  readonly #jobs = new Map<string, Job>();
  readonly #reportedAtMs = new Map<string, number>();
  readonly #listeners = new Set<(job: Job) => void>();

  constructor(parts: { clock: Clock; reportBug: (error: unknown) => void }) {
    this.#clock = parts.clock;
    this.#reportBug = parts.reportBug;
  }

  get(jobId: string): Job | null {
    return this.#jobs.get(jobId) ?? null;
  }

  list(): readonly Job[] {
    return [...this.#jobs.values()].reverse();
  }

  onChange(listener: (job: Job) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  add(job: Job): void {
    this.#jobs.set(job.id, job);
    this.#dropOldest();
    this.#report(job);
  }

  /** Takes over the change, unless the job has ended; reports each new state, and progress at most four times a second. */
  update(jobId: string, change: JobChange): Job | null {
    const before = this.#jobs.get(jobId);
    if (before === undefined || isTerminal(before.state)) return before ?? null;
    const job = changeJob(before, change);
    this.#jobs.set(jobId, job);
    const isDue =
      this.#clock.elapsedMs() - (this.#reportedAtMs.get(jobId) ?? Number.NEGATIVE_INFINITY) >=
      REPORT_INTERVAL_MS;
    if (job.state !== before.state || isDue) this.#report(job);
    return job;
  }

  #report(job: Job): void {
    this.#reportedAtMs.set(job.id, this.#clock.elapsedMs());
    if (isTerminal(job.state)) this.#reportedAtMs.delete(job.id);
    for (const listener of this.#listeners) {
      // A listener that fails must not stop a purge half way.
      try {
        listener(job);
      } catch (error) {
        this.#reportBug(error);
      }
    }
  }

  #dropOldest(): void {
    for (const [id, job] of this.#jobs) {
      if (this.#jobs.size <= MAX_JOBS) return;
      if (isTerminal(job.state)) this.#jobs.delete(id);
    }
  }
}
