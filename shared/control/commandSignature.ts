import { createHmac, timingSafeEqual } from 'node:crypto';

/** What is signed: the body as it is sent, which holds the time, and its way, so that nobody else obeys it, nor the same on another way. */
export interface SignedCommand {
  /** `commandsKey` of the service; over HTTP `commandWay` or `answerWay` of the instance. */
  readonly way: string;
  readonly body: string;
}

/** HMAC-SHA256 in hexadecimal; the field `signature` beside `body`. */
export function signCommand(secret: string, { way, body }: SignedCommand): string {
  return createHmac('sha256', secret).update(`${way}\n${body}`).digest('hex');
}

/** Takes equally long however much of the signature is right. */
export function isSignedWith(secret: string, command: SignedCommand, signature: string): boolean {
  const expected = Buffer.from(signCommand(secret, command));
  const given = Buffer.from(signature);
  return given.length === expected.length && timingSafeEqual(given, expected);
}
