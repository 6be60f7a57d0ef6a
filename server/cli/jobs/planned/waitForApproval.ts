import type { Approval } from '#shared/acting/approval.ts';
import { DEFAULT_TARGET_ID } from '#shared/target.ts';
import { howToApprove, leftText } from '../../approvals/approvalText.ts';
import type { CliTools } from '../../cliCommand.ts';
import { CliProblem } from '../../cliProblem.ts';
import { jobExitCode } from '../jobExitCode.ts';
import { listenForInterrupts } from '../listenForInterrupts.ts';
import type { CachePlan } from './answerPlan.ts';

const POLL_MS = 1_000;
/** A network that is away for a moment ends no waiting. */
const MAX_SILENT_POLLS = 20;

interface Asking {
  readonly plan: CachePlan;
  readonly reason: string;
  /** Of the server, for whoever is to come there. */
  readonly url: string;
}

/**
 * Asks for a second approver, says who can be one and how, and waits until somebody has decided or the plan is too old. Ctrl-C and
 * SIGTERM take it back. Throws `CliProblem`, also when the server has lost the plan.
 */
export async function waitForApproval(tools: CliTools, asking: Asking): Promise<Approval> {
  const { query, terminal } = tools;
  const { plan, reason, url } = asking;
  const input = { targetId: DEFAULT_TARGET_ID, planId: plan.id };
  const asked = await query('approvals.ask', { targetId: DEFAULT_TARGET_ID, token: plan.token, reason });
  const { approvers } = await query('approvals.get', input);
  terminal.say(howToApprove(asked, { approvers, url }));
  const interrupts = listenForInterrupts(terminal);
  const interrupted = interrupts.next();
  let approval = asked;
  let silentPolls = 0;
  try {
    while (approval.state === 'waiting') {
      terminal.showProgress(
        `Waiting for a second approver, ${leftText(approval)} left; Ctrl-C takes it back`,
      );
      const next = await Promise.race([poll(tools, plan), interrupted]);
      if (next === 'SIGINT' || next === 'SIGTERM') return await query('approvals.withdraw', input);
      silentPolls = next === null ? silentPolls + 1 : 0;
      if (silentPolls > MAX_SILENT_POLLS) throw lost('The server does not answer any more.', plan);
      approval = next ?? approval;
    }
    return approval;
  } finally {
    terminal.showProgress('');
    interrupts.end();
  }
}

/** As it is after a moment; null when nothing answers just now. */
async function poll({ query, terminal }: CliTools, plan: CachePlan): Promise<Approval | null> {
  await terminal.pause(POLL_MS);
  try {
    const view = await query('approvals.get', { targetId: DEFAULT_TARGET_ID, planId: plan.id });
    return view.approval;
  } catch (error) {
    if (!(error instanceof CliProblem)) throw error;
    if (error.code === 'noAnswer' || error.code === 'busy') return null;
    // Plans and sessions are in the memory of the server: whoever started it anew has ended both.
    if (error.code === 'notFound' || error.code === 'notLoggedIn') {
      throw lost('The server was started anew, or your session has ended.', plan);
    }
    throw error;
  }
}

function lost(why: string, { id }: CachePlan): CliProblem {
  return new CliProblem(
    `${why} The plan ${id} is gone with it, and nothing was started. Run the command again.`,
    { exitCode: jobExitCode('cancelled') },
  );
}
