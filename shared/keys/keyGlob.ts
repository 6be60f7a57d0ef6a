import { AppError } from '#shared/errorCodes.ts';
import { formatKey, parseKey } from '#shared/keyText.ts';
import { MAX_GLOB_BYTES } from './keySearch.ts';

const PARTS = /\\x[0-9a-fA-F]{2}|\\[\s\S]|[^\\]+|\\/g;
const SPECIAL = /[\\*?[\]]/;

/**
 * The bytes of a glob as Redis reads it, from text as a person types it: `*`, `?` and `[a-z]` stand for others, a backslash
 * takes the meaning from the character after it, and `\xNN` is that byte itself. Throws `badInput` on a glob that ends in
 * a backslash, holds half of a character pair, or is longer than `MAX_GLOB_BYTES`.
 */
export function parseGlob(text: string): Uint8Array {
  const parts = (text.match(PARTS) ?? []).map(partBytes);
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  if (length > MAX_GLOB_BYTES) {
    throw new AppError('badInput', `A glob has at most ${MAX_GLOB_BYTES} bytes, this one ${length}.`);
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function partBytes(part: string): Uint8Array {
  if (part === '\\') throw new AppError('badInput', 'The glob ends in a backslash; write \\\\ for one.');
  if (!/^\\x[0-9a-fA-F]{2}$/.test(part)) return parseKey(part.replaceAll('\\', '\\\\'));
  const byte = parseKey(part);
  return SPECIAL.test(String.fromCharCode(byte[0] ?? 0)) ? Uint8Array.of(0x5c, ...byte) : byte;
}

/** A glob's bytes as text that shows all of them and that `parseGlob` reads back to the same bytes. */
export function formatGlob(bytes: Uint8Array): string {
  return formatKey(bytes).replaceAll('\\\\', '\\');
}

/** A glob that matches all names that begin with this one. `key` is text as `formatKey` writes it. */
export function startGlob(key: string): string {
  return `${literalText(key)}*`;
}

const TOKENS = /\\x[0-9a-fA-F]{2}|\\[\s\S]|\{[^{}]*\}|[\s\S]/gu;

/**
 * A glob that matches at least every key of a pattern: `*` for each placeholder, the rest literally. It is cut, and matches more, where
 * it would be longer than `MAX_GLOB_BYTES`.
 */
export function patternGlob(pattern: string): string {
  let glob = '';
  let length = 0;
  let isAny = false;
  for (const token of pattern.match(TOKENS) ?? []) {
    const part = globPart(token);
    length += part.startsWith('\\') ? 2 : new TextEncoder().encode(part).length;
    if (length >= MAX_GLOB_BYTES) return isAny ? glob : `${glob}*`;
    if (part !== '*' || !isAny) glob += part;
    isAny = part === '*';
  }
  return glob;
}

function globPart(token: string): string {
  if (token.length > 1 && token.startsWith('{')) return '*';
  return token === '\\{' || token === '\\}' ? token.slice(1) : literalText(token);
}

/** Text as `formatKey` writes it, without what a glob reads as special. Its `\\` and `\xNN` say the same there. */
function literalText(text: string): string {
  return text.replaceAll(/[*?[\]]/g, '\\$&');
}
