import { type RedisCommand, RedisFault, type RedisReply } from '#server/redis/redisConnection.ts';
import { MAX_ATTEMPTS, type MarkParts } from './writeMark.ts';

/** What became of the commands that follow a mark. */
export interface ToldServices {
  /** Channels where Redis took the message. */
  readonly toldCount: number;
  /** What was not done, in sentences; empty when all was. */
  readonly missing: readonly string[];
  /** True when no answer told whether it was done. */
  readonly isUnknown: boolean;
}

/**
 * Sends what follows a mark that is written: how long it stays, and messages to services that hold entries in memory. Each may
 * be sent again, so that no answer is followed by another try on a fresh connection. Never throws `RedisFault`.
 */
export async function tellServices(parts: MarkParts, after: readonly RedisCommand[]): Promise<ToldServices> {
  if (after.length === 0) return { toldCount: 0, missing: [], isUnknown: false };
  let text = '';
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
    try {
      const connection =
        attempt === 1 ? await parts.session.connection() : await parts.session.reopen(parts.stop);
      if (connection === null) break;
      if (parts.session.runId !== parts.held.runId) {
        text = 'Redis was restarted, or another one took over.';
        break;
      }
      return summarise(after, await connection.pipeline(after));
    } catch (error) {
      if (!(error instanceof RedisFault)) throw error;
      text = error.message;
      if (!error.isOutcomeUnknown)
        return summarise(
          after,
          after.map(() => error),
        );
    }
  }
  return { toldCount: 0, missing: [...sentencesOf(after, true), text], isUnknown: true };
}

function summarise(after: readonly RedisCommand[], replies: readonly RedisReply[]): ToldServices {
  const isDone = (at: number) => !(replies[at] instanceof RedisFault);
  const fault = replies.find((reply) => reply instanceof RedisFault);
  const refused = after.filter((_, at) => !isDone(at));
  return {
    toldCount: after.filter(([name], at) => name === 'PUBLISH' && isDone(at)).length,
    missing: refused.length === 0 ? [] : [...sentencesOf(refused, false), fault?.message ?? ''],
    isUnknown: false,
  };
}

function sentencesOf(commands: readonly RedisCommand[], isUnknown: boolean): string[] {
  const messageCount = commands.filter(([name]) => name === 'PUBLISH').length;
  const untold = isUnknown
    ? 'Whether services that hold entries in memory were told is not known'
    : 'Services that hold entries in memory were not told on every channel';
  return [
    ...(messageCount > 0 ? [`${untold}: they may serve what they hold until it expires there.`] : []),
    ...(messageCount < commands.length
      ? [
          `${isUnknown ? 'How long the mark stays is not known' : 'The mark keeps the TTL that it had'}: once it expires, entries that are older than it would be served again.`,
        ]
      : []),
  ];
}
