import { REDACTED } from '#shared/keys/keyValue.ts';

/** What may not be shown of a value. */
export interface Redaction {
  /** Whether what stands under this name is hidden: of a field, or a part of a key. */
  readonly hidesName: (name: string) => boolean;
  /** A text without e-mail addresses, card numbers and tokens, and without what hidden names are given in it. */
  readonly redactText: (text: string) => RedactedText;
  /** Whether bytes whose fields cannot be told apart name a hidden field or hold a hidden text. */
  readonly isMentioned: (text: string) => boolean;
}

export interface RedactedText {
  readonly text: string;
  readonly count: number;
}

/** Anywhere in a name: `userPasswordHash`, `csrftoken`. */
const STRONG =
  /pass(?:word|wd|phrase|code)|secret|token|credential|private-?key|api-?key|authori[sz]ation|cookie|session-?id/;
/** As a word of a name only: `card-number`, and not `cardinality`. */
const WORDS =
  /(?:^|-)(?:pwd|auth|jwt|csrf|xsrf|otp|pin|ssn|iban|bic|cvv|cvc|card|e-?mail|mail|phone|mobile|birthday|birthdate|dob|signature|nonce|salt)(?:-|$)/;

const EMAIL = /[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}/g;
const JWT = /\beyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)?/g;
const BEARER = /\b(?:Bearer|Basic)\s+[\w.~+/=-]{8,}/g;
const CARD = /(?<![\d.])\d(?:[ -]?\d){12,18}(?![\d.])/g;
const ASSIGNED = /([A-Za-z][\w.-]{1,63})(["']?\s{0,4}[:=]\s{0,4}["']?)(?!\[redacted\])[^\s"'&;,<>{}]{1,512}/g;
const ELEMENT = /<([A-Za-z][\w:.-]{0,63})([^<>]{0,256})>([^<]{1,4096})/g;
const NAME = /[A-Za-z][A-Za-z0-9_-]{1,63}/g;

/** The names that are always hidden, and those of the configuration. */
export function createRedaction(hiddenNames: readonly RegExp[]): Redaction {
  const hidesName = (name: string): boolean => {
    const words = wordsOf(name.slice(0, MAX_NAME_CHARS));
    return STRONG.test(words) || WORDS.test(words) || hiddenNames.some((hidden) => hidden.test(name));
  };
  const redactText = (text: string): RedactedText => {
    let count = 0;
    const hide = (): string => {
      count += 1;
      return REDACTED;
    };
    const shown = text
      .replace(JWT, hide)
      .replace(BEARER, hide)
      .replace(ELEMENT, (all, name: string, rest: string) =>
        hidesName(name) ? `<${name}${rest}>${hide()}` : all,
      )
      .replace(ASSIGNED, (all, name: string, sign: string) =>
        hidesName(name) ? `${name}${sign}${hide()}` : all,
      )
      .replace(EMAIL, hide)
      .replace(CARD, (digits) => (isCardNumber(digits) ? hide() : digits));
    return { text: shown, count };
  };
  return {
    hidesName,
    redactText,
    isMentioned: (text) => (text.match(NAME) ?? []).some(hidesName) || redactText(text).count > 0,
  };
}

const MAX_NAME_CHARS = 256;

/** `userPasswordHash` and `USER_PASSWORD` as `user-password-hash` and `user-password`. */
function wordsOf(name: string): string {
  return name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll(/[^A-Za-z0-9]+/g, '-')
    .toLowerCase();
}

/** Luhn's check, which one of ten numbers of this length passes by chance. */
function isCardNumber(text: string): boolean {
  const digits = [...text.replaceAll(/\D/g, '')].reverse().map(Number);
  const sum = digits.reduce((total, digit, place) => {
    const doubled = place % 2 === 1 ? digit * 2 : digit;
    return total + (doubled > 9 ? doubled - 9 : doubled);
  }, 0);
  return sum % 10 === 0;
}
