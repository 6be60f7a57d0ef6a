import type { RedisReply } from '#server/redis/redisConnection.ts';
import type { DeadLetter } from '#shared/letters/deadLetter.ts';
import type { LetterQueue } from '#shared/letters/letterStreams.ts';

/** One entry of a stream of letters as Redis gives it. */
export interface LetterEntry {
  readonly id: string;
  /** Names and values in turn. */
  readonly fields: readonly Buffer[];
}

/** The entries of a reply of XRANGE or XREVRANGE; what is none is left out. */
export function parseLetterEntries(reply: RedisReply | undefined): readonly LetterEntry[] {
  if (!Array.isArray(reply)) return [];
  return reply.flatMap((entry: RedisReply) => {
    if (!Array.isArray(entry)) return [];
    const [id, fields] = entry;
    if (!Buffer.isBuffer(id) || !Array.isArray(fields)) return [];
    return [{ id: String(id), fields: fields.filter((field) => Buffer.isBuffer(field)) }];
  });
}

/** The value of a field; null when the letter does not have it. */
export function letterField({ fields }: LetterEntry, name: string): Buffer | null {
  for (let at = 0; at + 1 < fields.length; at += 2) {
    if (fields[at]?.toString('utf8') === name) return fields[at + 1] ?? null;
  }
  return null;
}

/** What a letter says of itself; `redact` takes out what a reason may repeat of a payload. */
export function parseLetter(
  entry: LetterEntry,
  queue: LetterQueue,
  redact: (text: string) => string,
): DeadLetter {
  const text = (name: string): string | null => letterField(entry, name)?.toString('utf8') ?? null;
  const number = (name: string): number | null => {
    const value = Number(text(name) ?? Number.NaN);
    return Number.isFinite(value) ? value : null;
  };
  const isEvent = queue === 'events';
  return {
    id: entry.id,
    event: text(isEvent ? 'event' : 'kind') ?? '',
    source: text('source'),
    publishedAtMs: number(isEvent ? 'atMs' : 'queuedAtMs'),
    buriedAtMs: Number(entry.id.split('-')[0]),
    deliveries: number('deliveries'),
    reason: redact(text('reason') ?? ''),
    payloadBytes: letterField(entry, isEvent ? 'payload' : 'target')?.length ?? null,
  };
}
