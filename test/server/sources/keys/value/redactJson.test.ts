import { expect, test } from 'vitest';
import { createRedaction } from '#server/sources/keys/value/redaction.ts';
import { redactJson } from '#server/sources/keys/value/redactJson.ts';

const redaction = createRedaction([]);
const shown = (text: string) => redactJson(text, redaction);

test.each([
  '{}',
  '[]',
  '{"a":1,"b":[true,null,{"c":"x\\n\\"y\\""}],"d":{},"e":[]}',
  '[1,-2.5,"ü"]',
  '"text"',
  'null',
])('%s is laid out and stays the same value', (text) => {
  const { text: laidOut, count, isCut } = shown(text);
  expect(JSON.parse(laidOut)).toEqual(JSON.parse(text));
  expect(laidOut).toBe(JSON.stringify(JSON.parse(text), null, 2));
  expect({ count, isCut }).toEqual({ count: 0, isCut: false });
});

test('an escape stays as it was written, so that what hides or turns text is seen', () => {
  expect(shown('["ü \\u202e"]').text).toBe('[\n  "ü \\u202e"\n]');
});

test('values of hidden names are hidden, whatever they are, and the others stay', () => {
  const { text, count } = shown(
    '{"id":7,"password":"x","card":{"number":[1,2]},"tokens":["a",{"b":1}],"after":true,"note":"to bob@example.com"}',
  );
  expect(JSON.parse(text)).toEqual({
    ...{ id: 7, password: '[redacted]', card: '[redacted]', tokens: '[redacted]' },
    ...{ after: true, note: 'to [redacted]' },
  });
  expect(count).toBe(4);
});

test('names that are data themselves are hidden, and JSON within strings is looked into', () => {
  const { text } = shown(JSON.stringify({ 'bob@example.com': 1, inner: '{"password":"geheim","a":1}' }));
  expect(text).not.toContain('bob');
  expect(text).not.toContain('geheim');
  expect(text).toContain('[redacted]');
});

test('a value that was cut anywhere shows nothing hidden, and no part that is not sure', () => {
  const whole =
    '{"id":7,"password":"geheim","list":[{"token":"geheim"},{"a":"geheim"}],"email":"geheim@x.de"}';
  for (let length = 1; length < whole.length; length += 1) {
    const { text, isCut } = shown(whole.slice(0, length));
    expect(isCut).toBe(true);
    expect(text.replace('"a": "geheim"', '')).not.toMatch(/geh/);
  }
});

test('a card number is hidden as a number, too, and text after the value is left out', () => {
  expect(shown('{"n":4111111111111111}').text).toContain('[redacted]');
  expect(shown('{"a":1} password=geheim')).toMatchObject({ isCut: true, text: '{\n  "a": 1\n}…' });
});

test('ten thousand brackets are no trouble', () => {
  expect(shown('['.repeat(4_096))).toMatchObject({ isCut: true });
});
