import { type CliOptions, usageProblem } from '../cliOptions.ts';

/** Throws `CliProblem`. */
export function jobIdOf({ operands: [jobId = ''] }: CliOptions): string {
  if (jobId === '') throw usageProblem('Say which job; "cachescope purge list" names them.');
  if (/^[\w-]{1,64}$/.test(jobId)) return jobId;
  throw usageProblem(`${jobId} is no id of a job; "cachescope purge list" names them.`);
}
