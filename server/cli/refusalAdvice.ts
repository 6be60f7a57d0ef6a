import type { ErrorCode } from '#shared/errorCodes.ts';
import { safeRateOf } from '#shared/services/warmRate.ts';

interface CliRefusal {
  readonly code: ErrorCode;
  /** As the server words it. */
  readonly message: string;
  /** What was asked of it. */
  readonly procedure: string;
}

/** What to type next when the server refused; empty where its message says it all. */
export function refusalAdvice({ code, message, procedure }: CliRefusal): string {
  if (code !== 'sourceOverload' || procedure !== 'jobs.planWarm') return advice[code];
  const perSecond = safeRateOf(message);
  return perSecond === null ? 'Wait until the source has room.' : `Say --rate ${perSecond}.`;
}

const advice: Readonly<Record<ErrorCode, string>> = {
  badInput: '',
  notFound: '',
  notAllowed: 'Say --user NAME of somebody who may.',
  notLoggedIn: 'Say who you are with --user NAME.',
  loginRefused: '',
  tooManyLogins: '',
  usersUnchanged: '',
  readOnly: '',
  redisUnreachable: 'Run the command again when Redis answers.',
  redisRefused: '',
  sourceOverload: 'Such as --method spread --over 1h.',
  planUnknown: 'Run the command again.',
  planExpired: 'Run the command again.',
  planUsed: '"cachescope audit list" says what became of it.',
  approvalMissing: '"cachescope approvals list" says how it stands.',
  approvalOver: '',
  planChanged: 'Run the command again, and look at the new plan.',
  confirmationMismatch: '',
  reasonMissing: 'Say --reason TEXT.',
  jobRunning: '"cachescope purge list" names it, "cachescope purge cancel JOB" stops it.',
  busy: 'Try again in a moment.',
  auditUnavailable:
    'Nothing is changed while the audit log cannot be written; the log of the server says why.',
  shuttingDown: 'Run the command again when the server is back.',
};
