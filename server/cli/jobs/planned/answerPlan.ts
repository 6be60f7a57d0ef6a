import { type Plan, type ProbePlan, TYPED_CONFIRMATION_ABOVE_KEYS } from '#shared/acting/plan.ts';
import { printable } from '#shared/export/printable.ts';
import { type CliFlag, usageProblem } from '../../cliOptions.ts';
import type { CliTerminal } from '../../cliTerminal.ts';
import { fullCount } from '../jobText.ts';

/** What changes what is cached, or the index of a tag, as it was planned. */
export type CachePlan = Exclude<Plan, ProbePlan>;

interface PlanAnswer {
  readonly typed: string;
  readonly reason: string;
}

interface Asked {
  readonly given: ReadonlyMap<string, string>;
  readonly terminal: CliTerminal;
}

/** What says yes to a plan. */
export const answerFlags: readonly CliFlag[] = [
  {
    flag: '--reason',
    value: 'TEXT',
    help: 'why, for the audit log; needed above 100 keys, and where somebody must approve',
  },
  {
    flag: '--confirm',
    value: 'TEXT',
    help: 'environment and number of keys, as the plan says them, such as "prod-eu 48210"; needed above 100 keys',
  },
  { flag: '--yes', help: `asks nothing, for up to ${TYPED_CONFIRMATION_ABOVE_KEYS} keys` },
  { flag: '--dry-run', help: 'shows the plan and starts nothing' },
];

/** What may be asked again before it counts as a no. */
const MAX_TRIES = 3;

/** From the flags, else from the person at the terminal; null when the person does not want it. Throws `CliProblem`. */
export async function answerPlan(plan: CachePlan, asked: Asked): Promise<PlanAnswer | null> {
  // Checked before anything is asked: who mistyped it should not write a reason first.
  const confirmed = confirmedByFlags(plan, asked);
  const reason = await reasonFor(plan, asked);
  if (reason === null) return null;
  if (confirmed !== null) return { typed: confirmed, reason };
  const typed = await askToConfirm(plan, asked.terminal);
  return typed === null ? null : { typed, reason };
}

/** What the flags confirm with; null = somebody has to be asked. */
function confirmedByFlags(plan: CachePlan, { given, terminal }: Asked): string | null {
  const { confirmation } = plan;
  const confirm = given.get('--confirm')?.trim();
  if (confirmation.kind === 'click') {
    if (confirm !== undefined || given.has('--yes')) return '';
    if (terminal.canAsk) return null;
    throw usageProblem('Nothing was started: say --yes, or run this in a terminal to be asked.');
  }
  const remedy = `--confirm "${confirmation.text}"`;
  if (confirm === confirmation.text) return confirm;
  if (confirm !== undefined) {
    throw usageProblem(
      `Nothing was started: --confirm says "${printable(confirm)}", but the plan is of ${amountOf(plan)}. Look at it (--dry-run), then say ${remedy}.`,
    );
  }
  if (terminal.canAsk) return null;
  const isShort = given.has('--yes') ? '--yes is not enough' : 'it has to be confirmed';
  throw usageProblem(
    `Nothing was started: for ${amountOf(plan)} ${isShort}. Say ${remedy}, or run this in a terminal to be asked.`,
  );
}

function amountOf(plan: CachePlan): string {
  if (plan.kind === 'mark') return 'a tag whose entries nobody lists';
  if (plan.kind === 'warm') return `${fullCount(Math.round(plan.loadCount.value))} loads`;
  if (plan.kind === 'letters') return `${fullCount(plan.keyCount)} letters`;
  return `${fullCount(plan.keyCount)} ${plan.keyCount === 1 ? 'key' : 'keys'}`;
}

async function reasonFor(
  { isReasonRequired, isApprovalNeeded }: CachePlan,
  { given, terminal }: Asked,
): Promise<string | null> {
  const reason = given.get('--reason')?.trim() ?? '';
  // Whoever approves it has to know.
  if (reason !== '' || !(isReasonRequired || isApprovalNeeded)) return reason;
  if (!terminal.canAsk) throw usageProblem('Nothing was started: say why with --reason TEXT.');
  const typed = (await terminal.ask('Reason, for the audit log: '))?.trim() ?? '';
  return typed === '' ? null : typed;
}

async function askToConfirm({ confirmation }: CachePlan, terminal: CliTerminal): Promise<string | null> {
  if (confirmation.kind === 'click') {
    const typed = await terminal.ask('Start it? [y/N] ');
    return /^y(?:es)?$/i.test(typed?.trim() ?? '') ? '' : null;
  }
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    const typed = (await terminal.ask(`Type ${confirmation.text} to start it: `))?.trim() ?? '';
    if (typed === confirmation.text) return typed;
    if (typed === '') return null;
    terminal.say('That is not it.');
  }
  return null;
}
