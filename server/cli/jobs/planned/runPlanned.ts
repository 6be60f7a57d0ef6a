import type { Job } from '#shared/acting/job.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { approvalOutcome } from '../../approvals/approvalText.ts';
import type { CliAnswer, CliTools } from '../../cliCommand.ts';
import type { CliOptions } from '../../cliOptions.ts';
import { CliProblem } from '../../cliProblem.ts';
import { cacheJobOf } from '../cacheJob.ts';
import { followJob } from '../followJob.ts';
import { jobExitCode } from '../jobExitCode.ts';
import { jobText } from '../jobText.ts';
import { answerPlan, type CachePlan } from './answerPlan.ts';
import { planEnding } from './planEnding.ts';
import { planText } from './planText.ts';
import { waitForApproval } from './waitForApproval.ts';

/** From the plan to the end of its job: shown, confirmed, approved where it must be, started, followed. With --dry-run only shown. */
export async function runPlanned(
  tools: CliTools,
  { given, isJson, url }: CliOptions,
  plan: CachePlan,
): Promise<CliAnswer> {
  const { terminal } = tools;
  const text = [planText(plan), ...planEnding(plan)].join('\n');
  if (given.has('--dry-run')) return { data: { plan: withoutToken(plan) }, text };
  if (!isJson || terminal.canAsk) terminal.say(`${text}\n`);
  const answer = await answerPlan(plan, { given, terminal });
  if (answer === null) {
    return {
      data: { plan: withoutToken(plan), job: null },
      text: 'Not confirmed: nothing was started.',
      exitCode: jobExitCode('cancelled'),
    };
  }
  if (plan.isApprovalNeeded) {
    const approval = await waitForApproval(tools, { plan, reason: answer.reason, url });
    if (approval.state !== 'approved') {
      return {
        data: { plan: withoutToken(plan), approval, job: null },
        text: `${approvalOutcome(approval)} Nothing was started.`,
        exitCode: jobExitCode('cancelled'),
      };
    }
    terminal.say(approvalOutcome(approval));
  }
  const job = await followJob(tools, cacheJobOf(await start(tools, plan, answer)));
  return {
    data: { plan: withoutToken(plan), job },
    text: jobText(job),
    exitCode: jobExitCode(job.state),
  };
}

async function start(
  { query }: CliTools,
  { token, id }: CachePlan,
  answer: { readonly typed: string; readonly reason: string },
): Promise<Job> {
  try {
    return await query('jobs.start', { targetId: DEFAULT_TARGET_ID, token, ...answer });
  } catch (error) {
    if (!(error instanceof CliProblem) || error.code !== 'noAnswer') throw error;
    // A lost answer is no refusal.
    throw new CliProblem(
      `It is not known whether the job started: ${error.message} Before you plan again: cachescope audit list --plan ${id}`,
      { exitCode: jobExitCode('unknown') },
    );
  }
}

/** The token is the key of the plan: answers end up in logs and files. */
function withoutToken(plan: CachePlan): Omit<CachePlan, 'token'> {
  const { token: _, ...shown } = plan;
  return shown;
}
