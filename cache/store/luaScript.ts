import { createHash } from 'node:crypto';
import type { CommandArgument } from './redisClient.ts';
import type { Outcome, RedisTransport } from './redisTransport.ts';

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

  async run(transport: Pick<RedisTransport, 'run'>, call: ScriptCall): Promise<Outcome<unknown>> {
    const rest = [...call.keys, ...call.args];
    const keyCount = call.keys.length;
    const outcome = await transport.run((redis) => redis.evalsha(this.#sha1, keyCount, ...rest));
    if (outcome.isDone || !isNoScript(outcome.error) || call.isOutdated?.() === true) return outcome;
    return transport.run((redis) => redis.eval(this.#text, keyCount, ...rest));
  }
}

function isNoScript(error: unknown): boolean {
  return error instanceof Error && error.message.startsWith('NOSCRIPT');
}
