/**
 * Why a look-up was a miss, as far as its source can tell. `absent` = no entry, and the source cannot tell whether it was
 * never there (`cold`), has expired or was evicted. `invalid` = the entry did not pass its validation. `scope` = the entry
 * was of another owner. `bypass` = the cache was not asked on purpose. `error` = the cache did not answer.
 */
export const missReasons = [
  'absent',
  'cold',
  'expired',
  'evicted',
  'invalidated',
  'undecodable',
  'invalid',
  'scope',
  'bypass',
  'error',
] as const;

export type MissReason = (typeof missReasons)[number];
