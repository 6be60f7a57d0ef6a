import { describe, expect, it } from 'vitest';
import {
  type EventEnvelope,
  parseEventEnvelope,
  parseEventSeq,
  prepareEnvelopeFields,
} from '#shared/control/eventEnvelope.ts';

const envelope: EventEnvelope = {
  ...{ v: 1, id: 'x', event: 'product.updated', source: 'catalog', instance: 'c1', seq: null, atMs: 1_700 },
  payloadJson: '{"id":42}',
};
const fields = prepareEnvelopeFields(envelope);

describe('an envelope', () => {
  it('is read back from its fields, with the number that the stream gave', () => {
    expect(parseEventEnvelope(fields)).toEqual(envelope);
    expect(parseEventEnvelope(['seq', '7', ...fields])).toEqual({ ...envelope, seq: 7 });
    expect(parseEventEnvelope([...fields, 'later', 'addition'])).toEqual(envelope);
  });

  it.each([
    ['no fields', []],
    ['half a field', ['v']],
    ['a later format', fields.with(1, '2')],
    ['no id', fields.with(3, '')],
    ['no name', fields.with(5, '')],
    ['no time', fields.with(11, 'soon')],
    ['no payload', fields.slice(0, -2)],
  ])('is none with %s', (_name, damaged) => {
    expect(parseEventEnvelope(damaged)).toBeNull();
  });

  it.each([
    [['seq', '3'], 3],
    [['seq', '0'], null],
    [['seq', '1.5'], null],
    [['seq', 'x'], null],
    [[], null],
  ])('has the number of %j: %s', (given, seq) => {
    expect(parseEventSeq(given)).toBe(seq);
  });
});
