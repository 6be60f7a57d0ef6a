/** Thrown while a message is read that is not of its format; never leaves `parseMessage`. */
class MalformedMessage extends Error {}

/** What `read` makes of a JSON text; null when it is no JSON object or not of the format that `read` asks for. */
export function parseMessage<Message>(text: string, read: (part: MessagePart) => Message): Message | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    return null;
  }
  try {
    return read(new MessagePart(parsed));
  } catch (error) {
    if (error instanceof MalformedMessage) return null;
    throw error;
  }
}

/** One object of a message that another program wrote. Each field is asked for by the type that it must have. */
export class MessagePart {
  readonly #fields: ReadonlyMap<string, unknown>;

  constructor(value: unknown) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new MalformedMessage();
    this.#fields = new Map(Object.entries(value));
  }

  text(name: string): string {
    const value = this.#fields.get(name);
    if (typeof value !== 'string') throw new MalformedMessage();
    return value;
  }

  /** A finite number that is not below 0. */
  number(name: string): number {
    const value = this.#fields.get(name);
    if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) throw new MalformedMessage();
    return value;
  }

  /** Each finite and not below 0. */
  numbers(name: string): readonly number[] {
    return this.#list(name).map((value) => {
      if (typeof value !== 'number' || !Number.isFinite(value) || value < 0) throw new MalformedMessage();
      return value;
    });
  }

  flag(name: string): boolean {
    const value = this.#fields.get(name);
    if (typeof value !== 'boolean') throw new MalformedMessage();
    return value;
  }

  one<Word extends string>(name: string, words: readonly Word[]): Word {
    const value = this.#fields.get(name);
    const word = words.find((candidate) => candidate === value);
    if (word === undefined) throw new MalformedMessage();
    return word;
  }

  /** Refuses any other version than the one that the reader knows. */
  version<Known extends number>(known: Known): Known {
    if (this.#fields.get('v') !== known) throw new MalformedMessage();
    return known;
  }

  part<Part>(name: string, read: (part: MessagePart) => Part): Part {
    return read(new MessagePart(this.#fields.get(name)));
  }

  parts<Part>(name: string, read: (part: MessagePart) => Part): readonly Part[] {
    return this.#list(name).map((value) => read(new MessagePart(value)));
  }

  texts(name: string): readonly string[] {
    return this.#list(name).map((value) => {
      if (typeof value !== 'string') throw new MalformedMessage();
      return value;
    });
  }

  /** Null when the field is null or absent. */
  nullable<Value>(name: string, read: (name: string) => Value): Value | null {
    const value = this.#fields.get(name);
    return value === null || value === undefined ? null : read(name);
  }

  #list(name: string): readonly unknown[] {
    const value: unknown = this.#fields.get(name);
    if (!Array.isArray(value)) throw new MalformedMessage();
    return value;
  }
}
