import {
  type RedisCommand,
  type RedisConnection,
  RedisFault,
  type RedisReply,
} from '#server/redis/redisConnection.ts';

/**
 * What happens to one command: it runs, it is refused with the fault and does not run, or it runs and its answer is
 * lost. `before` runs first, and can wait or change the world.
 */
export type Verdict =
  | { readonly kind: 'pass' }
  | { readonly kind: 'refuse'; readonly fault: RedisFault }
  | { readonly kind: 'loseReply'; readonly fault: RedisFault };

/** `behind`: what stands behind the command in the same write, and shares its way. */
export type Decide = (command: RedisCommand, behind: readonly RedisCommand[]) => Verdict | Promise<Verdict>;

export const pass: Verdict = { kind: 'pass' };

/** A connection over another one that spoils chosen commands. */
export function faultyConnection(inner: RedisConnection, decide: Decide): RedisConnection {
  async function sendOne(command: RedisCommand, behind: readonly RedisCommand[] = []): Promise<RedisReply> {
    const verdict = await decide(command, behind);
    if (verdict.kind === 'refuse') return verdict.fault;
    const [reply] = await inner.pipeline([command]);
    return verdict.kind === 'loseReply' ? verdict.fault : (reply ?? null);
  }
  return {
    role: inner.role,
    async pipeline(commands) {
      const replies: RedisReply[] = [];
      for (const [at, command] of commands.entries()) {
        const reply = await sendOne(command, commands.slice(at + 1));
        replies.push(reply);
        // What stood behind a lost command in the same write is lost with it.
        if (reply instanceof RedisFault && reply.isOutcomeUnknown) throw reply;
      }
      return replies;
    },
    async send(...command) {
      const reply = await sendOne(command);
      if (reply instanceof RedisFault) throw reply;
      return reply;
    },
    close: () => inner.close(),
  };
}
