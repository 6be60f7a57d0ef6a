import { instant } from '../jobText.ts';
import type { KeyPlan } from './answerPlan.ts';

/** The last lines of a plan: what cannot be undone, and what starting it takes. */
export function planEnding({
  warning,
  confirmation,
  isReasonRequired,
  expiresAtMs,
}: KeyPlan): readonly string[] {
  const reason = isReasonRequired ? ' --reason TEXT' : '';
  const takes = confirmation.kind === 'typed' ? `--confirm "${confirmation.text}"${reason}` : '--yes';
  return [warning, '', `To start it: ${takes}. The plan is good until ${instant(expiresAtMs)}.`];
}
