import { AppError } from '#shared/errorCodes.ts';
import type { MarkState } from '#shared/tags/markView.ts';
import type { OperatorSession } from '../operatorSession.ts';
import type { HeldMark } from './heldMark.ts';

/**
 * Reads the mark and the server's run id once more. A mark that others have moved on since the plan is no reason to stop: a
 * tag in use moves all the time. Throws `AppError` planChanged when another Redis answers than the one that was planned on, or
 * when the mark is gone, fell back or can no longer be written; `RedisFault`.
 */
export async function checkMarkStands(
  session: OperatorSession,
  { plan, mark, runId }: HeldMark,
): Promise<void> {
  const connection = await session.connection();
  if (session.runId !== runId) {
    throw changed('Redis was restarted, or another one took over, since the plan.');
  }
  const now = await mark.layout.open(connection, mark.tagKey);
  if (now === null) throw changed('The mark is gone, or another thing stands in its place.');
  if (now.refusal !== null) throw changed(now.refusal);
  if (compareMarks(now.state, plan.state) === 'older') {
    throw changed('The mark fell back behind what the plan showed: the data was restored or removed.');
  }
}

/** How a mark stands to an earlier reading of it. A version only says that there is one. */
export function compareMarks(now: MarkState, before: MarkState): 'same' | 'newer' | 'older' {
  const steps = stepOf(now) - stepOf(before);
  if (steps === 0) return 'same';
  return steps > 0 ? 'newer' : 'older';
}

/** Rises with each invalidation. */
function stepOf(state: MarkState): number {
  switch (state.kind) {
    case 'absent':
      return -1;
    case 'counter':
      return state.count;
    case 'time':
      return state.atMs;
    case 'version':
    case 'opaque':
      return 0;
  }
}

function changed(what: string): AppError {
  return new AppError('planChanged', `${what} Nothing was changed. Make a new plan and look again.`);
}
