import { type CliOptions, usageProblem } from '../cliOptions.ts';

/** Throws `CliProblem`. */
export function planIdOf({ operands: [planId = ''] }: CliOptions): string {
  if (planId === '') throw usageProblem('Say which plan; "cachescope approvals list" names them.');
  if (/^[\w-]{1,64}$/.test(planId)) return planId;
  throw usageProblem(`${planId} is no id of a plan; "cachescope approvals list" names them.`);
}
