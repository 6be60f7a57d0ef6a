import type { ControlAnswer } from '#shared/control/controlAnswer.ts';
import type { Said } from './obey.ts';

/** Who says it, and to which command. */
type Speaker = Pick<ControlAnswer, 'id' | 'from' | 'version' | 'atMs'>;

/** What an instance says, as it is sent. */
export function answerOf(
  speaker: Speaker,
  { state, reason, text, doneCount = null, plannedCount = null, preview = null, snapshot = null }: Said,
): ControlAnswer {
  return { v: 1, ...speaker, state, reason, text, doneCount, plannedCount, preview, snapshot };
}
