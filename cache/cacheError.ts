/**
 * What went wrong, as a stable code. The first block is thrown at the caller, who can mend it or must know; the second is
 * never thrown: the cache went on without Redis or without the entry, and counted it in `cache_errors_total`.
 */
export const cacheErrorCodes = [
  'badOptions',
  'badTemplate',
  'badField',
  'reservedKey',
  'reservedFamilyName',
  'unknownFamily',
  'unknownEvent',
  'unknownWarmer',
  'unsupported',
  'tooManyTags',
  'patternTooBroad',
  'waitTimeout',
  'loadTimeout',
  'invalidValue',
  'overloaded',

  'unreachable',
  'timeout',
  'saturated',
  'breakerOpen',
  'refused',
  'outOfMemory',
  'readOnly',
  'closed',
  'undecodable',
  'invalid',
  'wrongOwner',
  'unserialisable',
  'tagsFailed',
  'tagFull',
  'wentWrong',
] as const;

export type CacheErrorCode = (typeof cacheErrorCodes)[number];

/** Every error that the library throws. `key` is the whole name in Redis, where one is concerned. */
export class CacheError extends Error {
  readonly code: CacheErrorCode;
  readonly key: string | null;

  constructor(code: CacheErrorCode, message: string, context: ErrorOptions & { readonly key?: string } = {}) {
    super(message, context);
    this.name = 'CacheError';
    this.code = code;
    this.key = context.key ?? null;
  }
}
