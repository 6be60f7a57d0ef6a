import { isTRPCClientError } from '@trpc/client';
import type { AppRouter } from '#server/api/appRouter.ts';
import type { ErrorCode } from '#shared/errorCodes.ts';

/** A heading for each expected failure; the sentence beneath it is the server's. */
const errorText: Record<ErrorCode, string> = {
  badInput: 'The server did not understand this request',
  notFound: 'Not found',
  notAllowed: 'You may not do this',
  notLoggedIn: 'You are not logged in',
  loginRefused: 'The login was refused',
  tooManyLogins: 'Too many failed logins',
  usersUnchanged: 'Nothing was changed',
  readOnly: 'The server is read-only',
  redisUnreachable: 'Redis does not answer',
  redisRefused: 'Redis refused a command',
  sourceOverload: 'The source would not stand it',
  planUnknown: 'The server does not know this plan (any more)',
  planExpired: 'The plan is too old',
  planUsed: 'The plan was used already',
  planChanged: 'Things changed since the plan was made',
  approvalMissing: 'Somebody else has to approve this plan first',
  approvalOver: 'This is decided already',
  confirmationMismatch: 'The typed text does not match',
  reasonMissing: 'A reason is needed',
  jobRunning: 'Another job is running',
  busy: 'Too many ask at once',
  auditUnavailable: 'The audit log cannot be written, so nothing was started',
  shuttingDown: 'The server is shutting down',
};

export interface Failure {
  readonly title: string;
  readonly detail: string;
  /** Null when the failure is not one that the API expects. */
  readonly code: ErrorCode | null;
  /** True when the server did not answer at all. */
  readonly isServerGone: boolean;
}

/** What an operator reads about a failed request. */
export function describeFailure(error: unknown): Failure {
  if (!isTRPCClientError<AppRouter>(error)) {
    return { title: 'The page failed', detail: messageOf(error), code: null, isServerGone: false };
  }
  if (error.data === undefined || error.data === null) {
    return {
      title: 'The Cachescope server does not answer',
      detail: 'The page retries by itself. What is shown was read before.',
      code: null,
      isServerGone: true,
    };
  }
  const code = error.data.appCode;
  const title = code === null ? 'The server failed' : errorText[code];
  return { title, detail: error.message, code, isServerGone: false };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : 'An unknown error was thrown.';
}
