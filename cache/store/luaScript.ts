import { createHash } from 'node:crypto';
import type { CommandArgument, Outcome, RedisTransport } from './redisTransport.ts';

export interface ScriptCall {
  /** Every key that the script touches. */
  readonly keys: readonly CommandArgument[];
  readonly args: readonly CommandArgument[];
  /** Asked before the text is sent in place of the hash; true leaves the NOSCRIPT refusal standing. */
  isOutdated?(): boolean;
}

/** A Lua script, sent by its hash; the text only when Redis does not know it (first use, restart, SCRIPT FLUSH). */
export class LuaScript {
  readonly #text: string;
  readonly #sha1: string;

  constructor(text: string) {
    this.#text = text;
    this.#sha1 = createHash('sha1').update(text).digest('hex');
  }

  async run(transport: RedisTransport, call: ScriptCall): Promise<Outcome<unknown>> {
    const rest = [call.keys.length, ...call.keys, ...call.args];
    const outcome = await transport.send('EVALSHA', [this.#sha1, ...rest]);
    if (outcome.isDone || !isNoScript(outcome.error) || call.isOutdated?.() === true) return outcome;
    return transport.send('EVAL', [this.#text, ...rest]);
  }
}

function isNoScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT');
}
