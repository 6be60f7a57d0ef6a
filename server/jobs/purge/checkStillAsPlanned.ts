import { AppError } from '#shared/errorCodes.ts';
import { checkWritable } from '../checkWritable.ts';
import { findFence } from '../fence/findFence.ts';
import type { OperatorSession } from '../operatorSession.ts';
import type { HeldPurge } from './heldPurge.ts';
import { GROWTH_LIMIT } from './keySource.ts';

/**
 * Reads the count once more, where one command tells it (SCARD, ZCARD), and the server's run id (INFO). Throws `AppError`
 * planChanged when another Redis answers than the one that was planned on, or when there are over 10 % more keys or none;
 * `RedisFault`. What only a walk tells is held to its bounds while the job runs.
 */
export async function checkStillAsPlanned(session: OperatorSession, held: HeldPurge): Promise<void> {
  const connection = await session.connection();
  await checkWritable(connection);
  if (session.runId !== held.runId) {
    throw changed('Redis was restarted, or another one took over, since the plan.');
  }
  if (held.plan.fence.state === 'fenced') {
    const fence = await findFence(connection, null);
    if (fence.state === 'unfenced')
      throw changed(`The plan was to be fenced, and cannot be now. ${fence.why}`);
  }
  const planned = held.plan.keyCount;
  const { words } = held.selection;
  const count = await held.selection.readCount(connection);
  if (count === null) return;
  if (count === 0) throw changed(`No key ${words} is left.`);
  if (count > planned * GROWTH_LIMIT) {
    throw changed(`Of keys ${words} there were ${planned}, and are ${count}: over 10 % more.`);
  }
}

function changed(what: string): AppError {
  return new AppError('planChanged', `${what} Nothing was changed. Make a new plan and look again.`);
}
