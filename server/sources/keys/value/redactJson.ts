import { REDACTED } from '#shared/keys/keyValue.ts';
import type { Redaction } from './redaction.ts';

export interface RedactedJson {
  /** Two spaces an indent. */
  readonly text: string;
  readonly count: number;
  /** The text ended before the value did, or is no JSON from there on. */
  readonly isCut: boolean;
}

const TOKEN = /\s*("(?:[^"\\]|\\[\s\S])*"|[{}[\],:]|-?\d[\d.eE+-]*|true|false|null)/y;
const REDACTED_JSON = JSON.stringify(REDACTED);
/** JSON within strings of JSON is looked into so deep. */
const MAX_NESTED = 3;

/**
 * JSON laid out for reading, without the values of hidden names. It need not be whole: a value that was cut is printed as far as it goes,
 * and nothing that is no JSON. Strings that hold JSON themselves are treated alike.
 */
export function redactJson(text: string, redaction: Redaction, nested = 0): RedactedJson {
  const printer = new JsonPrinter(redaction, nested);
  TOKEN.lastIndex = 0;
  let at = 0;
  while (at < text.length) {
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(text)?.[1];
    if (token === undefined) break;
    at = TOKEN.lastIndex;
    printer.take(token);
  }
  const isCut = text.slice(at).trim() !== '' || printer.isOpen;
  return { text: printer.text(isCut), count: printer.count, isCut };
}

class JsonPrinter {
  readonly #redaction: Redaction;
  readonly #nested: number;
  readonly #parts: string[] = [];
  /** One each open bracket; `key` = a name comes next, or has come and its value is next. */
  readonly #open: ('array' | 'key' | 'value')[] = [];
  /** Depth below which nothing is printed; null = everything is. */
  #hiddenDepth: number | null = null;
  #isNextHidden = false;
  #isEmpty = true;
  count = 0;

  constructor(redaction: Redaction, nested: number) {
    this.#redaction = redaction;
    this.#nested = nested;
  }

  get isOpen(): boolean {
    return this.#open.length > 0;
  }

  text(isCut: boolean): string {
    return `${this.#parts.join('')}${isCut ? '…' : ''}`;
  }

  take(token: string): void {
    if (token === '{' || token === '[') this.#begin(token);
    else if (token === '}' || token === ']') this.#end(token);
    else if (token === ',') this.#next();
    else if (token === ':') this.#print(': ');
    else if (this.#open.at(-1) === 'key') this.#name(token);
    else this.#scalar(token);
  }

  #begin(bracket: string): void {
    this.#breakLine();
    if (this.#isNextHidden && this.#hiddenDepth === null) {
      this.#hide();
      this.#hiddenDepth = this.#open.length;
    }
    this.#isNextHidden = false;
    this.#print(bracket);
    this.#open.push(bracket === '{' ? 'key' : 'array');
    this.#isEmpty = true;
  }

  #end(bracket: string): void {
    this.#open.pop();
    if (!this.#isEmpty) this.#print(`\n${'  '.repeat(this.#open.length)}`);
    this.#print(bracket);
    this.#isEmpty = false;
    if (this.#hiddenDepth !== null && this.#open.length <= this.#hiddenDepth) this.#hiddenDepth = null;
  }

  #next(): void {
    this.#print(',');
    this.#isEmpty = true;
    if (this.#open.at(-1) === 'value') this.#open[this.#open.length - 1] = 'key';
  }

  #name(token: string): void {
    this.#breakLine();
    const name = parsed(token);
    this.#isNextHidden = this.#redaction.hidesName(name);
    this.#print(this.#redacted(token, name));
    this.#open[this.#open.length - 1] = 'value';
  }

  #scalar(token: string): void {
    this.#breakLine();
    if (this.#isNextHidden) this.#hide();
    else if (token.startsWith('"')) this.#print(this.#string(token));
    else this.#print(this.#redacted(token, token));
    this.#isNextHidden = false;
  }

  #string(token: string): string {
    const text = parsed(token);
    if (this.#nested >= MAX_NESTED || !/^\s*[{[]/.test(text)) return this.#redacted(token, text);
    const inner = redactJson(text, this.#redaction, this.#nested + 1);
    if (this.#hiddenDepth === null) this.count += inner.count;
    return inner.count === 0 && !inner.isCut ? token : JSON.stringify(inner.text);
  }

  #redacted(token: string, text: string): string {
    const { text: shown, count } = this.#redaction.redactText(text);
    if (this.#hiddenDepth === null) this.count += count;
    return count === 0 ? token : JSON.stringify(shown);
  }

  #hide(): void {
    if (this.#hiddenDepth !== null) return;
    this.count += 1;
    this.#parts.push(REDACTED_JSON);
  }

  /** Each name of an object and each element of an array has a line of its own. */
  #breakLine(): void {
    const place = this.#open.at(-1);
    if (place === 'key' || place === 'array') this.#print(`\n${'  '.repeat(this.#open.length)}`);
    this.#isEmpty = false;
  }

  #print(text: string): void {
    if (this.#hiddenDepth === null) this.#parts.push(text);
  }
}

function parsed(token: string): string {
  try {
    const value: unknown = JSON.parse(token);
    return typeof value === 'string' ? value : token;
  } catch {
    return token;
  }
}
