import { formatKey } from '#shared/keyText.ts';
import { RespProtocolError } from '../respParser.ts';
import { findPush } from './findPush.ts';
import { type KnownCommand, knownCommand } from './lookupCommands.ts';
import {
  type MonitorCounts,
  type MonitorScannerOptions,
  type MonitorSink,
  noCounts,
} from './monitorMessages.ts';
import type { OwnAddresses } from './ownAddresses.ts';
import { openPendingMisses } from './pendingMisses.ts';
import { unescapeBytes } from './unescapeBytes.ts';

/** Longer keys are left out, whether found or missed: nobody's cache needs them, and a hostile one must not fill the memory. */
export const MAX_PROBED_KEY_BYTES = 8 * 1024;
/** Most bytes that wait for the end of one line. A value never waits: the keys stand before it. */
const MAX_WAITING_BYTES = 1024 * 1024;
/** Past this, only the end of the line is worth another look: the command and the beginning of its keys are in. */
const LONG_BYTES = 32 * 1024;
/** How far the end of a line is looked for here before the runtime's search, which costs a call, takes over. */
const NEAR_BYTES = 48;
/** Length of `+1339518083.107412 `, as it has been since 2001 and will be until 2286. */
const TIME_BYTES = 19;

const LF = 10;
const SPACE = 32;
const QUOTE = 34;
const PLUS = 43;
const MINUS = 45;
const ZERO = 48;
const COLON = 58;
const GREATER = 62;
const LEFT_BRACKET = 91;
const BACKSLASH = 92;
const RIGHT_BRACKET = 93;

/** In place of a position, when the bytes end too early. */
const INCOMPLETE = -1;

const NOTHING = Buffer.alloc(0);

/**
 * Reads what a RESP3 connection gets after SUBSCRIBE to keymiss events and MONITOR: the events of a command, then its line.
 * A key of the line that an event named is a miss, any other a hit. Throws `RespProtocolError`; then it is used up.
 */
export class MonitorScanner {
  readonly #database: number;
  readonly #own: OwnAddresses;
  readonly #mark: Buffer;
  readonly #sink: MonitorSink;
  #bytes: Buffer = NOTHING;
  /** The beginning of a message whose end has not come. */
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  /** Bytes of an event's key still to come that nobody needs. */
  #skipBytes = 0;
  #isSkippingLine = false;
  readonly #misses = openPendingMisses();
  #value = 0;
  #hasEscape = false;
  readonly #counts: { -readonly [name in keyof MonitorCounts]: number } = { ...noCounts };

  constructor({ database, ownAddresses, mark, sink }: MonitorScannerOptions) {
    this.#database = database;
    this.#own = ownAddresses;
    this.#mark = Buffer.from(mark);
    this.#sink = sink;
  }

  counts(): MonitorCounts {
    return { ...this.#counts };
  }

  /** Takes the next bytes. They may be used again by the caller afterwards. */
  push(chunk: Buffer): void {
    this.#counts.byteCount += chunk.length;
    const at = this.#skipFrom(chunk);
    if (this.#takeOver(chunk)) this.#scan(at);
  }

  /** Joins the chunk to what waits; false when the end of a long line is not in it, since each join copies all. */
  #takeOver(chunk: Buffer): boolean {
    if (this.#waitingBytes === 0) {
      this.#bytes = chunk;
      return true;
    }
    this.#waiting.push(chunk);
    this.#waitingBytes += chunk.length;
    if (this.#waitingBytes > LONG_BYTES && this.#waitingBytes <= MAX_WAITING_BYTES && !chunk.includes(LF)) {
      this.#waiting[this.#waiting.length - 1] = Buffer.from(chunk);
      return false;
    }
    this.#bytes = Buffer.concat(this.#waiting);
    return true;
  }

  #scan(from: number): void {
    let at = from;
    while (at < this.#bytes.length) {
      const next = this.#takeFrame(at);
      if (next === INCOMPLETE) break;
      at = next;
    }
    this.#keepRest(at);
  }

  #skipFrom(chunk: Buffer): number {
    let at = 0;
    if (this.#skipBytes > 0) {
      at = Math.min(this.#skipBytes, chunk.length);
      this.#skipBytes -= at;
    }
    if (this.#isSkippingLine) {
      const end = chunk.indexOf(LF);
      this.#isSkippingLine = end < 0;
      at = end < 0 ? chunk.length : end + 1;
    }
    return at;
  }

  #keepRest(at: number): void {
    const rest = this.#bytes.subarray(at);
    this.#bytes = NOTHING;
    this.#waiting = [];
    this.#waitingBytes = 0;
    if (rest.length <= MAX_WAITING_BYTES) {
      if (rest.length > 0) this.#waiting = [Buffer.from(rest)];
      this.#waitingBytes = rest.length;
      return;
    }
    this.#isSkippingLine = true;
    this.#counts.tooLongCount += 1;
    this.#counts.lineCount += 1;
    this.#forgetMisses(false);
  }

  #takeFrame(at: number): number {
    switch (this.#bytes[at]) {
      case PLUS:
        return this.#takeLine(at);
      case GREATER:
        return this.#takePush(at);
      case MINUS:
        return this.#takeReply(at);
      default:
        throw new RespProtocolError(`no message of MONITOR starts with the byte ${this.#bytes[at]}`);
    }
  }

  #takeReply(at: number): number {
    const end = this.#bytes.indexOf(LF, at);
    if (end < 0) return INCOMPLETE;
    this.#sink.onReply(this.#bytes[at] === MINUS ? this.#bytes.toString('latin1', at + 1, end - 1) : null);
    this.#forgetMisses(false);
    return end + 1;
  }

  /** `+1339518083.107412 [0 127.0.0.1:60866] "get" "key"`: what is left of it after the keys is not looked at. */
  #takeLine(start: number): number {
    const bytes = this.#bytes;
    const first = bytes[start + 1] ?? ZERO;
    if (first < ZERO || first >= COLON) return this.#takeReply(start);
    let at = start + TIME_BYTES;
    if (bytes[at] !== LEFT_BRACKET) at = bytes.indexOf(LEFT_BRACKET, start);
    if (at < 0) return INCOMPLETE;
    at = this.#takeDatabase(at + 1);
    if (at === INCOMPLETE) return INCOMPLETE;
    const isOtherDatabase = this.#value !== this.#database;
    const addressFrom = at;
    for (; bytes[at] !== RIGHT_BRACKET || bytes[at + 1] !== SPACE; at += 1) {
      if (at >= bytes.length) return INCOMPLETE;
    }
    const nameFrom = at + 3;
    const nameTo = this.#quoteEnd(nameFrom);
    if (nameTo === INCOMPLETE || nameTo + 2 >= bytes.length) return INCOMPLETE;
    const command = knownCommand(bytes, nameFrom, nameTo);
    if (command === undefined || bytes[nameTo + 1] !== SPACE) return this.#endLine(nameTo, true);
    if (command.kind === 'mark') return this.#takeMark(nameTo, addressFrom, at);
    if (isOtherDatabase) {
      this.#counts.otherDatabaseCount += 1;
      return this.#endLine(nameTo, false);
    }
    if (this.#own.hasBytes(bytes, addressFrom, at)) {
      this.#counts.ownCount += 1;
      return this.#endLine(nameTo, false);
    }
    return this.#takeKeys(command, nameTo);
  }

  /** From the closing quote of the command's name. */
  #takeKeys({ kind }: KnownCommand, nameTo: number): number {
    let at = nameTo;
    if (kind === 'one') {
      const end = this.#quoteEnd(at + 3);
      if (end === INCOMPLETE) return INCOMPLETE;
      this.#look(at + 3, end);
      return this.#endLine(end, true);
    }
    // All of its keys must be here before the first is told, or it would be told twice.
    if (this.#bytes.indexOf(LF, at) < 0) return INCOMPLETE;
    while (this.#bytes[at + 1] === SPACE) {
      const end = this.#quoteEnd(at + 3);
      if (end === INCOMPLETE) throw new RespProtocolError('an argument without an end');
      this.#look(at + 3, end);
      at = end;
    }
    return this.#endLine(at, true);
  }

  #look(from: number, to: number): void {
    const text = this.#keyText(from, to);
    if (text === null || this.#misses.isOverflown()) {
      this.#counts.tooLongCount += 1;
      return;
    }
    this.#counts.lookupCount += 1;
    this.#sink.onLookup(text, this.#misses.take(text));
  }

  #keyText(from: number, to: number): string | null {
    if (!this.#hasEscape) {
      // Without an escape all of it is printable ASCII, which formatKey leaves as it is.
      return to - from > MAX_PROBED_KEY_BYTES ? null : this.#bytes.toString('latin1', from, to);
    }
    const key = unescapeBytes(this.#bytes, from, to);
    return key.length > MAX_PROBED_KEY_BYTES ? null : formatKey(key);
  }

  #takeMark(nameTo: number, addressFrom: number, addressTo: number): number {
    const bytes = this.#bytes;
    const from = nameTo + 3;
    const end = this.#quoteEnd(from);
    if (end === INCOMPLETE) return INCOMPLETE;
    const digits = from + this.#mark.length;
    if (end > digits && bytes.compare(this.#mark, 0, this.#mark.length, from, digits) === 0) {
      const number = Number(bytes.toString('latin1', digits, end));
      this.#sink.onMark(number, bytes.toString('latin1', addressFrom, addressTo));
    }
    return this.#endLine(end, true);
  }

  /** Position of the quote that closes the argument which begins at `from`. */
  #quoteEnd(from: number): number {
    const bytes = this.#bytes;
    this.#hasEscape = false;
    for (let at = from; at < bytes.length; at += 1) {
      const byte = bytes[at];
      if (byte === QUOTE) return at;
      if (byte === BACKSLASH) {
        this.#hasEscape = true;
        at += 1;
      }
    }
    return INCOMPLETE;
  }

  /** Goes to the next line; what has not come of this one is skipped when it comes. */
  #endLine(from: number, isCounted: boolean): number {
    const bytes = this.#bytes;
    this.#counts.lineCount += 1;
    this.#forgetMisses(isCounted);
    const nearTo = Math.min(bytes.length, from + NEAR_BYTES);
    for (let at = from; at < nearTo; at += 1) if (bytes[at] === LF) return at + 1;
    const end = bytes.indexOf(LF, nearTo);
    if (end >= 0) return end + 1;
    this.#isSkippingLine = true;
    return bytes.length;
  }

  #forgetMisses(isCounted: boolean): void {
    const count = this.#misses.clear();
    if (isCounted) this.#counts.unmatchedMissCount += count;
  }

  #takePush(start: number): number {
    const push = findPush(this.#bytes, { from: start, maxKeyBytes: MAX_PROBED_KEY_BYTES });
    if (push === null) return INCOMPLETE;
    if (push.key !== null) this.#misses.add(formatKey(this.#bytes.subarray(push.key.from, push.key.to)));
    else if (!push.isMessage) this.#sink.onReply(null);
    this.#skipBytes = Math.max(0, push.end - this.#bytes.length);
    return Math.min(push.end, this.#bytes.length);
  }

  /** Reads the number of the database into `#value` and gives the position after it. */
  #takeDatabase(from: number): number {
    const bytes = this.#bytes;
    let value = 0;
    for (let at = from; at < bytes.length; at += 1) {
      const byte = bytes[at] ?? 0;
      if (byte === SPACE) {
        this.#value = value;
        return at + 1;
      }
      if (byte < ZERO || byte >= COLON || at - from > 9) throw new RespProtocolError('not a database');
      value = value * 10 + byte - ZERO;
    }
    return INCOMPLETE;
  }
}
