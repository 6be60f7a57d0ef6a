import { asAppError } from '#server/redis/faults/asAppError.ts';
import { RedisFault } from '#server/redis/redisConnection.ts';
import { AppError } from '#shared/errorCodes.ts';

/** A failure before the first write, as the operator gets it: of one of Redis it says that nothing was changed, then what is next. */
export function unchangedFault(error: unknown, next: string): unknown {
  const told = asAppError(error);
  if (!(error instanceof RedisFault) || !(told instanceof AppError)) return told;
  const text = `${told.message} Only reads were sent: nothing was changed. ${next}`.trim();
  return new AppError(told.code, text, { cause: error });
}
