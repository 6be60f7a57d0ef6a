import type { JobState } from '#shared/acting/job.ts';

/** What is left to itself by Ctrl-C, as shells say it of a program that SIGINT ended. */
const LEFT_RUNNING = 130;

const exitCodes: Readonly<Record<JobState, number>> = {
  completed: 0,
  // 1: no server answered, or it refused; 2: the command line.
  failed: 3,
  cancelled: 4,
  unknown: 5,
  running: LEFT_RUNNING,
  paused: LEFT_RUNNING,
  cancelling: LEFT_RUNNING,
};

/** For scripts: how a job stood when the command ended. */
export function jobExitCode(state: JobState): number {
  return exitCodes[state];
}

/** Lines for the help of whatever follows a job. */
export const exitCodeHelp =
  'Ends with 0 when it completed, 3 failed, 4 cancelled or not confirmed, 5 not known, 130 left running; 1 when it was refused.';
