/**
 * What one segment of a key is, by its spelling alone. `word` = literal text that a position may later learn to be one of
 * many; `numbered` = letters and then digits (`v2`, `shard17`); `fixed` = a placeholder stands in it for all of it;
 * `digits` and `hash` may turn out to be each other, see `isAmbiguousWith`.
 */
export interface SegmentForm {
  readonly kind: 'word' | 'numbered' | 'fixed' | 'digits' | 'bareDate' | 'hash' | 'bytes';
  /** The segment as a pattern shows it; braces of the key itself come out as `\{` and `\}`. */
  readonly text: string;
}

const id: SegmentForm = { kind: 'digits', text: '{id}' };
const bareDate: SegmentForm = { kind: 'bareDate', text: '{date}' };
const hash: SegmentForm = { kind: 'hash', text: '{hash}' };
const uuid: SegmentForm = { kind: 'fixed', text: '{uuid}' };
const ulid: SegmentForm = { kind: 'fixed', text: '{ulid}' };
const email: SegmentForm = { kind: 'fixed', text: '{email}' };
const date: SegmentForm = { kind: 'fixed', text: '{date}' };
const ip: SegmentForm = { kind: 'fixed', text: '{ip}' };
const bytes: SegmentForm = { kind: 'bytes', text: '{bytes}' };

const EMAIL = /^[^@\s=]+@[^@\s.]+(?:\.[^@\s.]+)*\.[a-z]{2,24}$/i;
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}(?![0-9a-z])/iy;
const DATE =
  /(?:19|20)\d\d([-.])(?:0[1-9]|1[0-2])(?:\1(?:0[1-9]|[12]\d|3[01])(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?)?(?![0-9a-z])/iy;
const IPV4 = /(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)(?![0-9a-z.])/iy;
/** A number with a fraction: latitude, price, score. Three parts and more are a version or an address. */
const DECIMAL = /\d+\.\d+(?![0-9a-z.])/iy;
const ULID = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/i;
const VERSION = /^v\d+(?:\.\d+)*$/i;
const BARE_DATE =
  /^(?:19[7-9]|20\d)\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:(?:[01]\d|2[0-3])[0-5]\d[0-5]\d)?$/;
/** base64url and nanoid alphabets, padding included. */
const TOKEN = /^[A-Za-z0-9_-]{20,}={0,2}$/;

/** From this length on a hexadecimal run with a digit is a digest and not a word (git shortens to 7, CRC-32 has 8). */
export const SHORTEST_HASH_CHARS = 8;
/** Random letters and digits without a structure of words; product names such as `iphone15promax` stay below it. */
const SHORTEST_TOKEN_CHARS = 12;
const SURE_TOKEN_CHARS = 20;

/** The form of a segment as `splitKey` cuts it: a `:` in it is one of a time or of an IPv6 address. */
export function segmentForm(segment: string): SegmentForm {
  let digitCount = 0;
  let letterCount = 0;
  for (let index = 0; index < segment.length; index += 1) {
    const code = segment.charCodeAt(index);
    if (isDigit(code)) digitCount += 1;
    else if (isLetter(code)) letterCount += 1;
  }
  if (digitCount === segment.length && digitCount > 0) return digitsForm(segment);
  if (digitCount + letterCount === segment.length) return runForm(segment, digitCount);
  if (segment.includes('\\x')) return bytes;
  if (segment.includes(':')) return segment.charAt(10) === 'T' ? date : ip;
  if (segment.includes('@') && EMAIL.test(segment)) return email;
  if (
    segment.length >= SURE_TOKEN_CHARS &&
    !hasUuid(segment) &&
    TOKEN.test(segment) &&
    looksRandom(segment)
  ) {
    return hash;
  }
  if (digitCount === 0 && !segment.includes('{') && !segment.includes('}')) {
    return segment.includes('@') ? composite(segment) : { kind: 'word', text: segment };
  }
  return VERSION.test(segment) ? { kind: 'numbered', text: segment } : composite(segment);
}

const UUID_WITHIN = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/i;

function hasUuid(segment: string): boolean {
  return segment.length >= 36 && UUID_WITHIN.test(segment);
}

/**
 * True when a segment could by its spelling be a hash of the given length that happens to hold only digits (one of 43
 * of eight characters does), only letters, or too few changes between them to be told from a word.
 */
export function canBeHash(segment: string, form: SegmentForm): boolean {
  if (segment.length < SHORTEST_HASH_CHARS) return false;
  if (form.kind === 'digits' || form.kind === 'bareDate') return true;
  if (form.kind !== 'word' && form.kind !== 'numbered') return false;
  if (/^[0-9a-f]+$/i.test(segment)) return true;
  if (segment.length >= SURE_TOKEN_CHARS) return /^[0-9a-z]+$/i.test(segment);
  return segment.length >= SHORTEST_TOKEN_CHARS && /^(?=.*\d)[0-9a-z]+$/i.test(segment);
}

function digitsForm(digits: string): SegmentForm {
  return (digits.length === 8 || digits.length === 14) && BARE_DATE.test(digits) ? bareDate : id;
}

/** Letters and digits only, at least one letter. */
function runForm(run: string, digitCount: number): SegmentForm {
  if (digitCount === 0) {
    return run.length >= SURE_TOKEN_CHARS && changeCount(run) * 3 >= run.length
      ? hash
      : { kind: 'word', text: run };
  }
  if (run.length >= SHORTEST_HASH_CHARS) {
    if (run.length === 26 && ULID.test(run)) return ulid;
    if (/^[0-9a-f]+$/i.test(run)) return hash;
    if (run.length >= SURE_TOKEN_CHARS && digitCount >= 2) return hash;
    if (run.length >= SHORTEST_TOKEN_CHARS && changeCount(run) * 4 >= run.length) return hash;
  }
  return { kind: isNumbered(run, digitCount) ? 'numbered' : 'word', text: run };
}

/** True for letters and then digits to the end. */
function isNumbered(run: string, digitCount: number): boolean {
  for (let index = run.length - digitCount; index < run.length; index += 1) {
    if (!isDigit(run.charCodeAt(index))) return false;
  }
  return true;
}

/** Random text changes between small, capital and digit every second character; words and their joints do not. */
function looksRandom(text: string): boolean {
  if (!/\d/.test(text) || !/[a-z]/i.test(text)) return false;
  const jointCount = text.replace(/[^_-]/g, '').length;
  return jointCount * 8 <= text.length && changeCount(text) * 3 >= text.length;
}

function changeCount(text: string): number {
  let changes = 0;
  let previous = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    const kind = isDigit(code) ? 1 : code >= 0x61 ? 2 : code >= 0x41 && code <= 0x5a ? 3 : previous;
    if (previous !== 0 && kind !== previous) changes += 1;
    previous = kind;
  }
  return changes;
}

/** A segment with punctuation: every part that is an id becomes its placeholder, the rest stays. */
function composite(segment: string): SegmentForm {
  let text = '';
  let at = 0;
  while (at < segment.length) {
    const code = segment.charCodeAt(at);
    if (isDigit(code) || isLetter(code)) {
      const part = partAt(segment, at);
      text += part.text;
      at = part.end;
    } else {
      const character = segment.charAt(at);
      text += character === '{' || character === '}' ? `\\${character}` : character;
      at += 1;
    }
  }
  if (text === '{uuid}') return uuid;
  const isAllPlaceholder = /^\{[a-z]+\}$/.test(text);
  return { kind: isAllPlaceholder ? 'fixed' : 'word', text };
}

function partAt(segment: string, at: number): { text: string; end: number } {
  const rest = segment.length - at;
  if (rest >= 36 && segment.charAt(at + 8) === '-' && matchesAt(UUID, segment, at)) {
    return { text: '{uuid}', end: at + 36 };
  }
  if (isDigit(segment.charCodeAt(at))) {
    for (const [pattern, text] of numericParts) {
      if (matchesAt(pattern, segment, at)) return { text, end: pattern.lastIndex };
    }
  }
  if (segment.includes('@', at)) {
    const end = emailEnd(segment, at);
    if (end > at) return { text: '{email}', end };
  }
  let end = at;
  let digitCount = 0;
  for (; end < segment.length; end += 1) {
    const code = segment.charCodeAt(end);
    if (isDigit(code)) digitCount += 1;
    else if (!isLetter(code)) break;
  }
  const run = segment.slice(at, end);
  return { text: (digitCount === run.length ? digitsForm(run) : runForm(run, digitCount)).text, end };
}

const numericParts: readonly (readonly [RegExp, string])[] = [
  [DATE, '{date}'],
  [IPV4, '{ip}'],
  [DECIMAL, '{id}'],
];

const EMAIL_PART = /[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.[a-z]{2,24}(?![\w-])/iy;

function emailEnd(segment: string, at: number): number {
  return matchesAt(EMAIL_PART, segment, at) ? EMAIL_PART.lastIndex : at;
}

function matchesAt(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(text);
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

/** ASCII letters, and everything beyond ASCII: `formatKey` leaves only printable characters of it. */
function isLetter(code: number): boolean {
  return (code >= 0x61 && code <= 0x7a) || (code >= 0x41 && code <= 0x5a) || code >= 0x80;
}
