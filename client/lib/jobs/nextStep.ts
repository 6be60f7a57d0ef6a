import type { ErrorCode } from '#shared/errorCodes.ts';

export type NextStep = 'newPlan' | 'retry' | 'correct' | 'close';

/** What an operator can do when an act was not started: plan anew, try the same again, correct the form, or only close. */
const nextSteps: Record<ErrorCode, NextStep> = {
  badInput: 'close',
  notFound: 'newPlan',
  notAllowed: 'close',
  notLoggedIn: 'close',
  loginRefused: 'close',
  tooManyLogins: 'close',
  usersUnchanged: 'close',
  readOnly: 'close',
  redisUnreachable: 'newPlan',
  redisRefused: 'newPlan',
  sourceOverload: 'newPlan',
  planUnknown: 'newPlan',
  planExpired: 'newPlan',
  planUsed: 'newPlan',
  planChanged: 'newPlan',
  approvalMissing: 'retry',
  approvalOver: 'close',
  confirmationMismatch: 'correct',
  reasonMissing: 'correct',
  jobRunning: 'retry',
  busy: 'retry',
  auditUnavailable: 'retry',
  shuttingDown: 'close',
};

/**
 * The step after a failed start. Without a code the answer was lost or the server broke: the job may run, so the same plan
 * is not offered again.
 */
export function nextStep(code: ErrorCode | null): NextStep {
  return code === null ? 'newPlan' : nextSteps[code];
}
