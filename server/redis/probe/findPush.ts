import { RespProtocolError } from '../respParser.ts';

export interface PushMessage {
  /** True for a message of the channel, false for the answer to SUBSCRIBE. */
  readonly isMessage: boolean;
  /** Where the payload stands; null when it is longer than the bound, or there is none. */
  readonly key: { readonly from: number; readonly to: number } | null;
  /** Position after it, which may lie past the bytes that have come. */
  readonly end: number;
}

const CR = 13;
const DOLLAR = 36;
const ZERO = 48;
const COLON = 58;
/** Place of a message's payload: after the word `message` and the name of the channel. */
const PAYLOAD_INDEX = 2;
const MAX_PARTS = 8;

interface Part {
  readonly value: number;
  readonly next: number;
}

/** The push message `>3 message channel key` that begins at `from`; null when it has not come whole. */
export function findPush(
  bytes: Buffer,
  { from, maxKeyBytes }: { readonly from: number; readonly maxKeyBytes: number },
): PushMessage | null {
  let part = findNumber(bytes, from + 1);
  const count = part?.value ?? 0;
  if (count > MAX_PARTS) throw new RespProtocolError('a push message out of bounds');
  let isMessage = false;
  let key: PushMessage['key'] = null;
  for (let index = 0; part !== null && index < count; index += 1) {
    const at: number = part.next;
    const type = bytes[at];
    if (type === undefined) return null;
    if (type !== COLON && type !== DOLLAR) throw new RespProtocolError(`not a push message: byte ${type}`);
    part = findNumber(bytes, at + 1);
    if (part === null || type === COLON) continue;
    const start: number = part.next;
    const to: number = start + part.value;
    if (index === 0) isMessage = part.value === 'message'.length;
    const isKey = index === PAYLOAD_INDEX && isMessage;
    if (isKey && part.value > maxKeyBytes) return { isMessage, key: null, end: to + 2 };
    if (to + 2 > bytes.length) return null;
    if (isKey) key = { from: start, to };
    part = { value: 0, next: to + 2 };
  }
  return part === null ? null : { isMessage, key, end: part.next };
}

/** The digits up to the end of the line; null when that has not come. */
function findNumber(bytes: Buffer, from: number): Part | null {
  let value = 0;
  for (let at = from; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (byte === CR) return at + 2 > bytes.length ? null : { value, next: at + 2 };
    if (byte < ZERO || byte >= COLON || at - from > 12) throw new RespProtocolError('not a number');
    value = value * 10 + byte - ZERO;
  }
  return null;
}
