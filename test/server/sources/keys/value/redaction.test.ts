import { describe, expect, it } from 'vitest';
import { createRedaction } from '#server/sources/keys/value/redaction.ts';

const { hidesName, redactText, isMentioned } = createRedaction([/^internal_/iu]);

describe('hidesName', () => {
  it.each([
    ...[
      'password',
      'userPasswordHash',
      'USER_PASSWORD',
      'passwd',
      'apiKey',
      'api_key',
      'accessToken',
      'csrftoken',
    ],
    ...[
      'email',
      'e-mail',
      'customer.email',
      'cardNumber',
      'card',
      'pin',
      'Authorization',
      'sessionId',
      'internal_x',
    ],
  ])('hides %s', (name) => {
    expect(hidesName(name)).toBe(true);
  });

  it.each([
    'id',
    'name',
    'cardinality',
    'discard',
    'spinner',
    'pinned',
    'passengers',
    'my_internal',
    'author',
  ])('shows %s', (name) => {
    expect(hidesName(name)).toBe(false);
  });
});

describe('redactText', () => {
  it.each([
    ['mail bob@example.com now', 'mail [redacted] now'],
    ['token=abc123 user=7', 'token=[redacted] user=7'],
    ['{password: "x"}', '{password: "[redacted]"}'],
    ['Authorization: Bearer abcdefghijkl', 'Authorization: [redacted]'],
    ['x eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc y', 'x [redacted] y'],
    ['pay 4111 1111 1111 1111 ok', 'pay [redacted] ok'],
    ['<user><password>x</password></user>', '<user><password>[redacted]</password></user>'],
  ])('turns %j into %j', (text, shown) => {
    expect(redactText(text).text).toBe(shown);
    expect(redactText(text).count).toBeGreaterThan(0);
  });

  it.each(['4111 1111 1111 1112', 'price=7 EUR', '<b>x</b>', 'a@b', '1.234567890123456'])(
    'leaves %j',
    (text) => {
      expect(redactText(text)).toEqual({ text, count: 0 });
    },
  );

  it('takes no longer for hostile text than for any other', () => {
    const startedAtMs = performance.now();
    for (const part of ['a.', 'a@', '<a', 'a=', '1 ', 'eyJ', '"', '=:']) redactText(part.repeat(2_048));
    expect(performance.now() - startedAtMs).toBeLessThan(1_000);
  });
});

it('isMentioned finds hidden names and texts among bytes', () => {
  expect(isMentioned('\x81\xa8password\xa3abc')).toBe(true);
  expect(isMentioned('\x81\xa4mail\xafbob@example.com')).toBe(true);
  expect(isMentioned('\x81\xa4name\xa3abc')).toBe(false);
});
