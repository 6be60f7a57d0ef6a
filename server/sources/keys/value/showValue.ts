import { constants, gunzipSync, inflateSync } from 'node:zlib';
import type { ShownValue } from '#shared/keys/keyValue.ts';
import { type ValueFormat, valueFormatWords } from '#shared/look/valueFormat.ts';
import { fingerprintOf } from '../../look/fingerprintOf.ts';
import { parseEntryHeader } from '../../look/parseEntryHeader.ts';
import type { Redaction } from './redaction.ts';
import { redactJson } from './redactJson.ts';

/** Bytes that a small compressed value may become. */
const MAX_UNPACKED_BYTES = 64 * 1_024;
/** Lines of hex: a kilobyte says what a value is. */
const MAX_HEX_BYTES = 1_024;
/** A line of a phone's width. */
const HEX_LINE_BYTES = 8;

const PACKED: ReadonlySet<ValueFormat> = new Set(['gzip', 'zlib', 'zstd', 'lz4']);
/** Texts that carry names in a form of their own, so that what belongs to a name cannot be cut out of them. */
const OPAQUE_TEXTS: ReadonlySet<ValueFormat> = new Set(['php']);

/**
 * The start of a string as it may be shown. The header of our library's entries is left out; gzip and zlib are unpacked; JSON is laid out.
 * Bytes in a form whose fields cannot be told apart are shown only where they name nothing hidden.
 */
export function showValue(bytes: Buffer, isWhole: boolean, redaction: Redaction): ShownValue {
  const payload = bytes.subarray(parseEntryHeader(bytes)?.payloadOffset ?? 0);
  const { format } = fingerprintOf(bytes, isWhole);
  if (!PACKED.has(format)) return showPlain(payload, { format, isWhole, redaction });
  const words = valueFormatWords[format];
  const unpacked = unpack(payload, format);
  if (unpacked === null) {
    return hidden(
      format,
      `It is ${words}: compressed bytes are not shown, since rules cannot look into them.`,
    );
  }
  const inner = fingerprintOf(unpacked.bytes, isWhole && unpacked.isWhole);
  const shown = showPlain(unpacked.bytes, {
    format: inner.format,
    isWhole: isWhole && unpacked.isWhole,
    redaction,
  });
  return { ...shown, note: `It is ${words}, shown unpacked.${shown.note === '' ? '' : ` ${shown.note}`}` };
}

interface PlainContext {
  readonly format: ValueFormat;
  readonly isWhole: boolean;
  readonly redaction: Redaction;
}

function showPlain(bytes: Buffer, { format, isWhole, redaction }: PlainContext): ShownValue {
  const isCut = !isWhole;
  const rest = { format, note: '', isCut };
  const text = textOf(bytes, isWhole);
  if (text === null || OPAQUE_TEXTS.has(format)) {
    if (redaction.isMentioned(bytes.toString('latin1'))) {
      return hidden(
        format,
        `It names something that is hidden, in a form (${valueFormatWords[format]}) whose fields cannot be told apart.`,
      );
    }
    if (text !== null) return { ...rest, kind: 'text', text: visible(text), redactedCount: 0 };
    return {
      ...{ format, kind: 'hex', text: hexDump(bytes.subarray(0, MAX_HEX_BYTES)), redactedCount: 0 },
      ...{ note: '', isCut: isCut || bytes.length > MAX_HEX_BYTES },
    };
  }
  if (format === 'json') {
    const json = redactJson(text, redaction);
    return { ...rest, kind: 'json', text: visible(json.text), redactedCount: json.count };
  }
  const { text: shown, count } = redaction.redactText(text);
  return { ...rest, kind: 'text', text: visible(shown), redactedCount: count };
}

/** Characters that draw nothing or move others about, but for what lays a text out. */
const HIDDEN = /(?![\t\n\r])[\p{C}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}\u2800]/gu;

function visible(text: string): string {
  return text.replace(HIDDEN, (character) => `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`);
}

function hidden(format: ValueFormat, note: string): ShownValue {
  return { kind: 'hidden', format, text: '', note, isCut: false, redactedCount: 1 };
}

function textOf(bytes: Uint8Array, isWhole: boolean): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream: !isWhole });
    return /[\p{Cc}]/u.test(text.replaceAll(/[\t\n\r]/g, '')) ? null : text;
  } catch {
    return null;
  }
}

/** Also of a value that was cut; null when it cannot be unpacked, or becomes too large. */
function unpack(
  bytes: Buffer,
  format: ValueFormat,
): { readonly bytes: Buffer; readonly isWhole: boolean } | null {
  if (format !== 'gzip' && format !== 'zlib') return null;
  const open = format === 'gzip' ? gunzipSync : inflateSync;
  try {
    return { bytes: open(bytes, { maxOutputLength: MAX_UNPACKED_BYTES }), isWhole: true };
  } catch {
    return unpackStart(bytes, open);
  }
}

function unpackStart(bytes: Buffer, open: typeof gunzipSync | typeof inflateSync) {
  try {
    const options = { maxOutputLength: MAX_UNPACKED_BYTES, finishFlush: constants.Z_SYNC_FLUSH };
    return { bytes: open(bytes, options), isWhole: false };
  } catch {
    return null;
  }
}

/** `00000010  7b 22 61 …  {"a…`: offset, bytes, and what of them is ASCII. */
function hexDump(bytes: Buffer): string {
  const lines: string[] = [];
  for (let at = 0; at < bytes.length; at += HEX_LINE_BYTES) {
    const line = bytes.subarray(at, at + HEX_LINE_BYTES);
    const hex = (line.toString('hex').match(/../g) ?? []).join(' ').padEnd(HEX_LINE_BYTES * 3 - 1);
    const ascii = line.toString('latin1').replaceAll(/[^\x20-\x7e]/g, '.');
    lines.push(`${at.toString(16).padStart(8, '0')}  ${hex}  ${ascii}`);
  }
  return lines.join('\n');
}
