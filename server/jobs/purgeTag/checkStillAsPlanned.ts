import { AppError } from '#shared/errorCodes.ts';
import type { OperatorSession } from '../operatorSession.ts';
import type { HeldPurge } from '../planStore.ts';
import { GROWTH_LIMIT } from './memberSource.ts';

/**
 * Reads the tag's size once more (SCARD) and the server's run id (INFO). Throws `AppError` planChanged when another
 * Redis answers than the one that was planned on, or when the tag has grown by more than 10 % or is gone; `RedisFault`.
 */
export async function checkStillAsPlanned(session: OperatorSession, held: HeldPurge): Promise<void> {
  const connection = await session.connection();
  if (session.runId !== held.runId) {
    throw changed('Redis was restarted, or another one took over, since the plan.');
  }
  const planned = held.plan.memberCount;
  const count = await held.index.readMemberCount(connection);
  if (count === null || count === 0) throw changed('The tag has no keys any more.');
  if (count > planned * GROWTH_LIMIT) {
    throw changed(`The tag grew from ${planned} to ${count} keys since the plan, by more than 10 %.`);
  }
}

function changed(what: string): AppError {
  return new AppError('planChanged', `${what} Nothing was removed. Make a new plan and look again.`);
}
