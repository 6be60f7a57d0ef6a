import { asAppError } from '#server/redis/faults/asAppError.ts';
import { type RedisConnection, RedisFault } from '#server/redis/redisConnection.ts';
import type { Redaction } from '#server/sources/keys/value/redaction.ts';
import { showValue } from '#server/sources/keys/value/showValue.ts';
import { letterPayload, parseLetter, parseLetterEntries } from '#server/sources/letters/parseLetter.ts';
import { untoldStream } from '#server/sources/letters/untoldStream.ts';
import { AppError } from '#shared/errorCodes.ts';
import {
  LETTERS_PER_PAGE,
  type LetterCount,
  type LetterPage,
  type LetterPayload,
} from '#shared/letters/deadLetter.ts';
import { type LetterStream, letterStreamKey, letterStreamOf } from '#shared/letters/letterStreams.ts';

/** A service that may have letters, and the start of its key names. */
export interface LetterService {
  readonly service: string;
  readonly prefix: string;
  /** Its declared counters and families that write behind. */
  readonly families: readonly string[];
  /** Those that its instances read events from; empty = they do not tell. */
  readonly eventStreams: readonly string[];
}

export interface LetterDeskOptions {
  /** An inspector's connection of its own for each look. */
  readonly openInspector: () => Pick<RedisConnection, 'pipeline' | 'close'>;
  readonly services: () => readonly LetterService[];
  /** Streams of events whose letters may be read. */
  readonly eventStreams: readonly string[];
  readonly redaction: Redaction;
  /** Whether this server shows values to anybody. */
  readonly areValuesShown: boolean;
  readonly nowMs: () => number;
}

/** Services whose letters are counted in one look. */
const MAX_SERVICES = 100;

/** Reads dead letters when somebody looks. A look costs an XLEN a service and queue, and one XREVRANGE. */
export class LetterDesk {
  readonly #options: LetterDeskOptions;

  constructor(options: LetterDeskOptions) {
    this.#options = options;
  }

  get areValuesShown(): boolean {
    return this.#options.areValuesShown;
  }

  /** The start of the key names of a service; null = it is not known. */
  prefixOf(service: string): string | null {
    return this.#options.services().find((one) => one.service === service)?.prefix ?? null;
  }

  /** The newest letters of a service, or those before an id; of the first that has any, unless one is named. Rejects with `AppError`. */
  async list(asked: LetterStream | null, before: string | null): Promise<LetterPage> {
    return this.#look(async (connection) => {
      const streams = await this.#count(connection);
      const first =
        streams.find(({ count }) => (count ?? 0) > 0) ??
        streams.find(({ count }) => count !== null) ??
        streams.find((stream) => this.#whyUntold(stream) === null);
      const chosen = asked ?? (first === undefined ? null : letterStreamOf(first));
      if (chosen === null) return this.#page({ streams, chosen, letters: [], next: null });
      const from = before === null ? '+' : `(${before}`;
      const key = this.#keyOf(chosen);
      const [reply] = await connection.pipeline([['XREVRANGE', key, from, '-', 'COUNT', LETTERS_PER_PAGE]]);
      if (reply instanceof RedisFault) throw reply;
      const redact = (text: string) => this.#options.redaction.redactText(text).text;
      const letters = parseLetterEntries(reply).map((entry) => parseLetter(entry, chosen.queue, redact));
      const next = letters.length < LETTERS_PER_PAGE ? null : (letters.at(-1)?.id ?? null);
      return this.#page({ streams, chosen, letters, next });
    });
  }

  /** What a letter carries, redacted. The caller has made sure that it may be seen, and recorded that it was. Rejects with `AppError`. */
  async read(stream: LetterStream, id: string): Promise<LetterPayload> {
    return this.#look(async (connection) => {
      const [reply] = await connection.pipeline([['XRANGE', this.#keyOf(stream), id, id, 'COUNT', 1]]);
      if (reply instanceof RedisFault) throw reply;
      const [entry] = parseLetterEntries(reply);
      if (entry === undefined)
        throw new AppError('notFound', 'This letter is gone: it was replayed, dropped or trimmed.');
      const payload = letterPayload(entry, stream.queue);
      if (payload === null)
        return { id, text: '', redactedCount: 0, isCut: false, note: 'It carries nothing.' };
      const { text, redactedCount, isCut, note } = showValue(payload, true, this.#options.redaction);
      return { id, text, redactedCount, isCut, note };
    });
  }

  async #count(connection: Pick<RedisConnection, 'pipeline'>): Promise<readonly LetterCount[]> {
    const asked = this.#options
      .services()
      .slice(0, MAX_SERVICES)
      .flatMap((service) => this.#streamsOf(service));
    const readable = asked.filter((stream) => this.#whyUntold(stream) === null);
    const replies = await connection.pipeline(readable.map((stream) => ['XLEN', this.#keyOf(stream)]));
    return asked.map((stream) => {
      const reply = replies[readable.indexOf(stream)];
      if (typeof reply === 'number') return { ...stream, count: reply, whyUnknown: '' };
      const said = reply instanceof RedisFault ? reply.message : 'Redis answered with something else.';
      return { ...stream, count: null, whyUnknown: this.#whyUntold(stream) ?? said };
    });
  }

  #streamsOf({ service, families, eventStreams }: LetterService): readonly LetterStream[] {
    const ofEvents = eventStreams.length > 0 ? eventStreams : this.#options.eventStreams;
    return [
      ...ofEvents.map((stream) => ({ queue: 'events', service, stream }) as const),
      { queue: 'invalidations', service },
      ...families.map((family) => ({ queue: 'write-behind', service, family }) as const),
    ];
  }

  #whyUntold(stream: LetterStream): string | null {
    return untoldStream(stream, this.#options.eventStreams);
  }

  #keyOf(stream: LetterStream): string {
    const untold = this.#whyUntold(stream);
    if (untold !== null) throw new AppError('badInput', untold);
    const prefix = this.prefixOf(stream.service);
    if (prefix !== null) return letterStreamKey(stream, prefix);
    throw new AppError('notFound', `No service ${stream.service} is known here (any more).`);
  }

  #page(page: Omit<LetterPage, 'readAtMs'>): LetterPage {
    return { ...page, readAtMs: this.#options.nowMs() };
  }

  async #look<Seen>(look: (connection: Pick<RedisConnection, 'pipeline'>) => Promise<Seen>): Promise<Seen> {
    const connection = this.#options.openInspector();
    try {
      return await look(connection);
    } catch (error) {
      throw asAppError(error);
    } finally {
      connection.close();
    }
  }
}
