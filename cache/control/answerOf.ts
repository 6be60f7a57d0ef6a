import type { ControlAnswer } from '#shared/control/controlAnswer.ts';
import type { Said } from './obey.ts';

/** Who says it, and to which command. */
type Speaker = Pick<ControlAnswer, 'id' | 'from' | 'version' | 'atMs'>;

/** What an instance says, as it is sent. */
export function answerOf(
  speaker: Speaker,
  { doneCount = null, plannedCount = null, leftCount = null, preview = null, snapshot = null, ...said }: Said,
): ControlAnswer {
  return { v: 1, ...speaker, ...said, doneCount, plannedCount, leftCount, preview, snapshot };
}
