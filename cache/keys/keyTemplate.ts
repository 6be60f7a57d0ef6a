import { CacheError } from '#cache/cacheError.ts';
import { isReservedName } from '#shared/keys/isReservedName.ts';

export type FieldValue = string | number;

/** Names between braces: `'recs:{userId}:{locale}'` gives `'userId' | 'locale'`. */
export type FieldNames<Template extends string> = Template extends `${string}{${infer Name}}${infer Rest}`
  ? Name | FieldNames<Rest>
  : never;

/** The fields that a key of this template is built from; all of them are needed. */
export type FieldsOf<Template extends string> = { readonly [Name in FieldNames<Template>]: FieldValue };

interface Segment {
  readonly literal: string;
  /** The field after the literal; null at the end of the template. */
  readonly field: string | null;
}

/** What encodeURIComponent leaves as it is, without the asterisk. */
const ENCODES_TO_ITSELF = /^[A-Za-z0-9_.!~'()-]+$/;

/** Text that may as well be part of the values beside it. */
const MAY_BE_OF_VALUES = /^[A-Za-z0-9_.!~'()%-]*$/;

const FIELD_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * A key with named fields, such as `product:{id}`. Field values are percent-encoded, so that no value can reach into
 * another field, another family or the tag index, nor act as a glob.
 */
export class KeyTemplate {
  readonly text: string;
  readonly #segments: readonly Segment[];
  readonly #mayMeetIndexNames: boolean;

  /** Throws `badTemplate` for unbalanced braces, odd or repeated field names, asterisks, and names of the tag index. */
  constructor(text: string) {
    this.text = text;
    this.#segments = parseSegments(text);
    if (text.includes('*')) throw badTemplate(text, 'an asterisk would stand for any text in patterns');
    if (isReservedName(text)) {
      throw badTemplate(
        text,
        'names with a tag:, key-tags: or cachescope: segment are kept for the cache itself',
      );
    }
    // Only a field that is a whole segment can turn into `tag:`.
    this.#mayMeetIndexNames = /(^|:)\{[^}]*\}:/.test(text);
  }

  /** The key after `prefix`. Throws `badField` when a field is missing, empty, not finite or not text. */
  build(fields: Readonly<Record<string, FieldValue>>, prefix = ''): string {
    let key = prefix;
    for (const { literal, field } of this.#segments) {
      key += literal;
      if (field !== null) key += encodeField(this.text, field, fields[field]);
    }
    if (this.#mayMeetIndexNames && isReservedName(key)) {
      throw new CacheError('badField', `${this.text}: these fields would name a key of the cache itself.`, {
        key,
      });
    }
    return key;
  }

  /** Matches names that `build` can make, after `prefix` and before what `ending` matches; its groups are the fields. */
  matcher(prefix: string, ending = ''): RegExp {
    const body = this.#segments.map(
      ({ literal, field }) => escapeRegExp(literal) + (field === null ? '' : `(?<${field}>[^:{}]+)`),
    );
    return new RegExp(`^${escapeRegExp(prefix)}${body.join('')}${ending}$`);
  }

  /**
   * The fields that a name was built from: texts, for a name does not tell numbers from them. Null when it is not one of this
   * template, or when other fields may give it as well: where nothing stands between two that no value can hold.
   */
  parse(name: string, prefix = '', ending = ''): Readonly<Record<string, string>> | null {
    const between = this.#segments.slice(1).filter(({ field }) => field !== null);
    if (between.some(({ literal }) => MAY_BE_OF_VALUES.test(literal))) return null;
    const found = this.matcher(prefix, ending).exec(name);
    if (found === null) return null;
    try {
      const encoded = Object.entries(found.groups ?? {});
      return Object.fromEntries(encoded.map(([field, value]) => [field, decodeURIComponent(value)]));
    } catch {
      // No name that `build` made.
      return null;
    }
  }
}

function parseSegments(text: string): Segment[] {
  const segments: Segment[] = [];
  const seen = new Set<string>();
  let rest = text;
  while (rest !== '') {
    const open = rest.indexOf('{');
    const literal = open === -1 ? rest : rest.slice(0, open);
    if (literal.includes('}')) throw badTemplate(text, 'a closing brace has no opening one');
    if (open === -1) return [...segments, { literal, field: null }];
    const close = rest.indexOf('}', open);
    const field = close === -1 ? '' : rest.slice(open + 1, close);
    if (!FIELD_NAME.test(field)) throw badTemplate(text, 'a field is a name between braces, such as {id}');
    if (seen.has(field)) throw badTemplate(text, `the field ${field} stands twice`);
    seen.add(field);
    segments.push({ literal, field });
    rest = rest.slice(close + 1);
  }
  if (segments.length === 0) throw badTemplate(text, 'it is empty');
  return segments;
}

/** The value as it stands in keys. Throws `badField` when it is missing, empty, not finite or not text. */
export function encodeField(template: string, name: string, value: unknown): string {
  // Nearly all fields are such, and a key is built for every look-up.
  if (typeof value === 'number' && Number.isSafeInteger(value)) return String(value);
  if (typeof value === 'string' && ENCODES_TO_ITSELF.test(value)) return value;
  const isText = typeof value === 'string' && value !== '' && value.isWellFormed();
  const isNumber = typeof value === 'number' && Number.isFinite(value);
  if (!isText && !isNumber) {
    throw new CacheError(
      'badField',
      `${template}: the field ${name} must be a non-empty text or a finite number.`,
    );
  }
  // encodeURIComponent leaves the asterisk, which is a glob in SCAN and KEYS.
  return encodeURIComponent(value).replaceAll('*', '%2A');
}

function badTemplate(text: string, why: string): CacheError {
  return new CacheError('badTemplate', `The key template "${text}" cannot be used: ${why}.`);
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
