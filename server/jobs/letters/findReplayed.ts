import type { RedisConnection } from '#server/redis/redisConnection.ts';
import { type LetterEntry, parseLetterEntries } from '#server/sources/letters/parseLetter.ts';

const PAGE = 100;
/** Events that may have been published since; with more, it is not known. Ours: seconds of a busy shop. */
const MOST_EVENTS = 5_000;

/** Fields that the stream gave it or that were added when it was given up; it goes back as it was published. */
const NOT_REPLAYED: ReadonlySet<string> = new Set(['seq', 'deliveries', 'reason']);

export interface EventsAfter {
  readonly stream: string;
  readonly afterId: string;
}

/** What of a letter goes back into the stream of events. */
export function publishedFields({ fields }: LetterEntry): readonly Buffer[] {
  return fields.filter((_, at) => !NOT_REPLAYED.has(fields[at - (at % 2)]?.toString('utf8') ?? ''));
}

/**
 * Which of the letters stand in a stream of events behind the entry `afterId`, whoever put them there. Null = not known: more was
 * published since, or that entry is gone, and with it perhaps others. Costs pages of 100 events. Throws `RedisFault`.
 */
export async function findReplayed(
  connection: Pick<RedisConnection, 'send'>,
  letters: readonly LetterEntry[],
  { stream, afterId }: EventsAfter,
): Promise<ReadonlySet<LetterEntry> | null> {
  const wanted = new Map(letters.map((letter) => [nameOf(publishedFields(letter)), letter]));
  const found = new Set<LetterEntry>();
  let isComplete = false;
  for (let from = afterId, seen = 0; seen < MOST_EVENTS && found.size < letters.length; seen += PAGE) {
    const page = parseLetterEntries(await connection.send('XRANGE', stream, from, '+', 'COUNT', PAGE));
    // The entry itself is there as long as nothing behind it was trimmed.
    if (seen === 0 && page[0]?.id !== afterId) break;
    for (const { fields } of seen === 0 ? page.slice(1) : page) {
      const letter = wanted.get(nameOf(fields));
      if (letter !== undefined) found.add(letter);
    }
    isComplete = page.length < PAGE;
    if (isComplete) break;
    from = `(${page.at(-1)?.id}`;
  }
  return isComplete || found.size === letters.length ? found : null;
}

function nameOf(fields: readonly Buffer[]): string {
  return JSON.stringify(fields.map((field) => field.toString('latin1')));
}
