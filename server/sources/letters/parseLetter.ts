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

/** How the library names in each queue what a letter says (cache/eventStream, cache/invalidate/retryQueue.ts, cache/writeBehind/queue). */
const fieldNames = {
  events: { event: 'event', publishedAtMs: 'atMs', deliveries: 'deliveries', payload: 'payload' },
  invalidations: { event: 'kind', publishedAtMs: 'queuedAtMs', deliveries: 'deliveries', payload: 'target' },
  // The id is made of the time of the last change.
  'write-behind': { event: 'key', publishedAtMs: 'id', deliveries: 'attempts', payload: 'payload' },
} as const satisfies Record<LetterQueue, object>;

/** What a letter says of itself; `redact` takes out what a reason may repeat of a payload. */
export function parseLetter(
  entry: LetterEntry,
  queue: LetterQueue,
  redact: (text: string) => string,
): DeadLetter {
  const names = fieldNames[queue];
  const text = (name: string): string | null => letterField(entry, name)?.toString('utf8') ?? null;
  const number = (value: string | undefined): number | null =>
    value === undefined || value === '' || !Number.isFinite(Number(value)) ? null : Number(value);
  return {
    id: entry.id,
    event: text(names.event) ?? '',
    source: text('source'),
    publishedAtMs: number(text(names.publishedAtMs)?.split('-')[0]),
    buriedAtMs: Number(entry.id.split('-')[0]),
    deliveries: number(text(names.deliveries) ?? undefined),
    reason: redact(text('reason') ?? ''),
    payloadBytes: letterPayload(entry, queue)?.length ?? null,
  };
}

/** What a letter carries; null when it carries nothing. */
export function letterPayload(entry: LetterEntry, queue: LetterQueue): Buffer | null {
  const payload = letterField(entry, fieldNames[queue].payload);
  return payload === null || queue !== 'write-behind' ? payload : unpackChange(payload);
}

/** An amount in decimal as it is, or a value as cachescope/cache packs it: `t` and text, or `b` and base64. */
function unpackChange(packed: Buffer): Buffer {
  const form = String.fromCharCode(packed[0] ?? 0);
  if (form === 't') return packed.subarray(1);
  return form === 'b' ? Buffer.from(packed.subarray(1).toString('latin1'), 'base64') : packed;
}
