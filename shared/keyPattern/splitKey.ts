import { segmentForm } from './segmentForm.ts';

/** Segments looked at; what follows shows as `{rest}`. Real keys have two to six. */
const MAX_SEGMENTS = 12;
/** Characters looked at, so that a key of half a megabyte costs what any other key costs. */
const MAX_KEY_CHARS = 512;

/** Where a key parts, written anew by each `splitKey`: keys come by the hundred thousand, and garbage is half of the cost. */
export interface KeyParts {
  /** Start and end of each segment in turn; a segment's separator is the character before. */
  readonly marks: Int32Array;
  segmentCount: number;
  /** True when the key goes on behind the last segment that is looked at. */
  hasRest: boolean;
}

export function createKeyParts(): KeyParts {
  return { marks: new Int32Array(MAX_SEGMENTS * 2), segmentCount: 0, hasRest: false };
}

const ISO_TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?(?=$|[:/|])/iy;
const IPV6 =
  /(?:(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}|(?:(?:fe80|f[cd][0-9a-f]{2})|2[0-9a-f]{3}:[0-9a-f]{1,4})(?::[0-9a-f]{1,4}){0,6}::(?:[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){0,6})?)(?=$|[:/|])/iy;

const COLON = 0x3a;
const SLASH = 0x2f;
const BAR = 0x7c;
const UNDERSCORE = 0x5f;
const DOT = 0x2e;

/**
 * Parts a key at `:`, `/` and `|`, or, when it has none of them, at `_` and `.`. Times and IPv6 addresses stay whole
 * although they hold colons.
 */
export function splitKey(key: string, parts: KeyParts): void {
  const limit = Math.min(key.length, MAX_KEY_CHARS);
  const isFlat = !hasMainSeparator(key, limit);
  const isWhole = isFlat && limit === key.length && isOneId(key);
  parts.segmentCount = 0;
  parts.hasRest = false;
  let from = 0;
  while (parts.segmentCount < MAX_SEGMENTS) {
    const to = isWhole ? limit : segmentEnd(key, { from, limit, isFlat });
    // A segment cut by the limit would be a word that no other key has.
    if (to === limit && limit < key.length) break;
    parts.marks[parts.segmentCount * 2] = from;
    parts.marks[parts.segmentCount * 2 + 1] = to;
    parts.segmentCount += 1;
    if (to >= limit) return;
    from = to + 1;
  }
  parts.hasRest = true;
}

function segmentEnd(key: string, at: { from: number; limit: number; isFlat: boolean }): number {
  const { from, limit, isFlat } = at;
  let to = isFlat ? from : Math.max(wholeEnd(key, from), from);
  while (to < limit && !isSeparator(key.charCodeAt(to), isFlat)) to += 1;
  return to;
}

/** An address, a decimal number or a token whose dots and underscores part nothing. */
function isOneId(key: string): boolean {
  const { kind, text } = segmentForm(key);
  return (kind !== 'word' && kind !== 'numbered') || /\{(?:email|ip|date)\}/.test(text);
}

function hasMainSeparator(key: string, limit: number): boolean {
  for (let index = 0; index < limit; index += 1) {
    if (isSeparator(key.charCodeAt(index), false)) return true;
  }
  return false;
}

function isSeparator(code: number, isFlat: boolean): boolean {
  return isFlat ? code === UNDERSCORE || code === DOT : code === COLON || code === SLASH || code === BAR;
}

/** End of a time or an address that starts at `from`; -1 when there is none. Cheap to refuse: most segments start otherwise. */
function wholeEnd(key: string, from: number): number {
  const code = key.charCodeAt(from);
  const isDigit = code >= 0x30 && code <= 0x39;
  if (isDigit && key.charCodeAt(from + 10) === 0x54) {
    ISO_TIME.lastIndex = from;
    if (ISO_TIME.test(key)) return ISO_TIME.lastIndex;
  }
  const isHex = isDigit || (code >= 0x61 && code <= 0x66) || (code >= 0x41 && code <= 0x46);
  if (!isHex || !hasColonWithin(key, from)) return -1;
  IPV6.lastIndex = from;
  return IPV6.test(key) ? IPV6.lastIndex : -1;
}

/** Groups of an IPv6 address have one to four digits. */
function hasColonWithin(key: string, from: number): boolean {
  for (let index = from + 1; index <= from + 4; index += 1) {
    if (key.charCodeAt(index) === COLON) return isHexOrColon(key.charCodeAt(index + 1));
  }
  return false;
}

function isHexOrColon(code: number): boolean {
  return (code >= 0x30 && code <= 0x3a) || (code >= 0x61 && code <= 0x66) || (code >= 0x41 && code <= 0x46);
}
