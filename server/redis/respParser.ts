/**
 * Replies of RESP2, from bytes. Written by hand because a page of 1,000 keys is 3,001 replies: a client library's
 * bookkeeping per command costs five times what Redis pays for them.
 */

/** An error reply, as its text. */
export class RespError {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** Integers are numbers, simple strings strings, bulk strings bytes (views into the socket's chunks), null is null. */
export type RespValue = number | string | Uint8Array | null | RespError | readonly RespValue[];

/** The bytes are not RESP2, or promise more than the bounds; the connection cannot be used any further. */
export class RespProtocolError extends Error {}

export type RespParser = {};
