/** Every expected failure of the API. The page has a wording for each, or it does not compile. */
export const errorCodes = [
  'badInput',
  'notFound',
  'notAllowed',
  'notLoggedIn',
  'loginRefused',
  'tooManyLogins',
  'usersUnchanged',
  'readOnly',
  'redisUnreachable',
  'redisRefused',
  'sourceOverload',
  'planUnknown',
  'planExpired',
  'planUsed',
  'planChanged',
  'approvalMissing',
  'approvalOver',
  'confirmationMismatch',
  'reasonMissing',
  'jobRunning',
  'busy',
  'auditUnavailable',
  'shuttingDown',
] as const;

export type ErrorCode = (typeof errorCodes)[number];

/** An expected failure. `message` is for operators: what happened and what to do. */
export class AppError extends Error {
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'AppError';
    this.code = code;
  }
}
