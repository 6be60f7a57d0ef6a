/** Why a value is not known. `pending` = the first reading has not ended yet; `notConfigured` = no source of it was given. */
export type UnknownReason =
  | 'pending'
  | 'notConfigured'
  | 'notSupported'
  | 'notPermitted'
  | 'notEnoughData'
  | 'failed';

export interface Known<T> {
  readonly state: 'known';
  readonly value: T;
  /** When the source was read, epoch ms. Not when it was shown. */
  readonly atMs: number;
  /** Where it was read, in words for an operator: `INFO`, `metrics of catalog`, `sample of 10,000 keys`. */
  readonly from: string;
}

export interface Unknown {
  readonly state: 'unknown';
  readonly reason: UnknownReason;
  /** One sentence for an operator: what is missing and what would make it known. */
  readonly detail: string;
}

/** A value that was read, or the reason why it is not known. Unknown is never zero. */
export type Reading<T> = Known<T> | Unknown;

export function known<T>(value: T, atMs: number, from: string): Known<T> {
  return { state: 'known', value, atMs, from };
}

export function unknown(reason: UnknownReason, detail: string): Unknown {
  return { state: 'unknown', reason, detail };
}
