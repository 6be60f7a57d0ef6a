import { AppError } from '#shared/errorCodes.ts';
import { RedisFault } from '../redisConnection.ts';

/** The failure of a read as the operator gets it; what is neither a fault nor expected stays as it is. */
export function asAppError(error: unknown): unknown {
  if (!(error instanceof RedisFault)) return error;
  const isAway = error.isOutcomeUnknown || ['loading', 'masterDown', 'maxClients'].includes(error.kind);
  return new AppError(isAway ? 'redisUnreachable' : 'redisRefused', error.message, { cause: error });
}
